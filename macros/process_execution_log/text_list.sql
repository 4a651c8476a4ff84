{#- A command line argument as a list of redacted texts, whatever the engine hands over: nothing, a text or a sequence. -#}
{% macro text_list(value) %}
  {%- set texts = [] -%}
  {%- if value -%}
    {%- for item in ([value] if value is string else value) -%}
      {%- do texts.append(run_ledger.redact(item)) -%}
    {%- endfor -%}
  {%- endif -%}
  {{- return(texts) -}}
{% endmacro %}
