{#- Text that every warehouse can hold: Postgres refuses NUL and no warehouse takes half a surrogate pair. -#}
{% macro clean_text(value) %}
  {%- set text = value ~ '' -%}
  {%- set text = text.replace('\u0000', '\u2400') if '\u0000' in text else text -%}
  {#- Only Python strings can hold a lone surrogate, and the Rust regex of dbt v2 has no such class. -#}
  {%- if not dbt_version.startswith('2.') -%}
    {%- set text = modules.re.sub('[\\ud800-\\udfff]', '\ufffd', text) -%}
  {%- endif -%}
  {{- return(text) -}}
{% endmacro %}
