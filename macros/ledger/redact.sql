{#- Text without secrets; every text passes here before it is stored or shown. -#}
{% macro redact(value) %}
  {#- A plain variable would be the loop's own and be lost after each turn. -#}
  {%- set redacted = namespace(text=run_ledger.clean_text(value)) -%}
  {%- for pattern, replacement in run_ledger.secret_patterns() -%}
    {%- set redacted.text = modules.re.sub(pattern, replacement, redacted.text) -%}
  {%- endfor -%}
  {{- return(redacted.text) -}}
{% endmacro %}
