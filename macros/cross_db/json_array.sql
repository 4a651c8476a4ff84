{#- A JSON array built in SQL from any number of JSON expressions. -#}
{% macro json_array(expressions) %}
  {{- return(adapter.dispatch('json_array', 'run_ledger')(expressions)) -}}
{% endmacro %}

{% macro default__json_array(expressions) %}
  {{- return('to_json([' ~ expressions | join(',\n  ') ~ '])') -}}
{% endmacro %}

{#- A function takes 100 arguments at most: postgresql.org/docs/current/runtime-config-preset.html -#}
{% macro postgres__json_array(expressions) %}
  {%- set parts = [] -%}
  {%- for part in expressions | batch(100) -%}
    {%- do parts.append('jsonb_build_array(' ~ part | join(',\n  ') ~ ')') -%}
  {%- endfor -%}
  {{- return('(' ~ parts | join(' || ') ~ ')') -}}
{% endmacro %}

{#- Another name: docs.snowflake.com/en/sql-reference/functions/array_construct -#}
{% macro snowflake__json_array(expressions) %}
  {{- return('array_construct(' ~ expressions | join(',\n  ') ~ ')') -}}
{% endmacro %}
