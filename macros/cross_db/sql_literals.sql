{#- Values as SQL with commas between them, for "in (...)". -#}
{% macro sql_literals(values) %}
  {%- set literals = [] -%}
  {%- for value in values -%}
    {%- do literals.append(run_ledger.sql_literal(value)) -%}
  {%- endfor -%}
  {{- return(literals | join(', ')) -}}
{% endmacro %}
