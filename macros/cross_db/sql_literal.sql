{#- The one place where a scalar becomes SQL text. Mappings and lists go through json_literal. -#}
{% macro sql_literal(value) %}
  {%- if value is none -%}
    {{- return('null') -}}
  {%- elif value is boolean -%}
    {{- return('true' if value else 'false') -}}
  {%- elif value is number -%}
    {{- return(value ~ '') -}}
  {%- elif value is string -%}
    {{- return(run_ledger.quoted_text(run_ledger.clean_text(value))) -}}
  {%- endif -%}
  {{- exceptions.raise_compiler_error(
    'run_ledger.sql_literal(): expected text, a number, a boolean or none, got ' ~ value
    ~ '. Use json_literal() for mappings and lists.') -}}
{% endmacro %}
