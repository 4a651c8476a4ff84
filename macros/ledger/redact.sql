{#- Text without secrets; every text passes here before it is stored or shown. -#}
{% macro redact(value) %}
  {%- set text = run_ledger.clean_text(value) -%}
  {%- for pattern, replacement in run_ledger.secret_patterns() -%}
    {%- set text = modules.re.sub(pattern, replacement, text) -%}
  {%- endfor -%}
  {{- return(text) -}}
{% endmacro %}
