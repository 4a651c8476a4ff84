{#- A JSON object built in SQL from a mapping of key to SQL expression. A null stays in the object as JSON null.
    Keys are the package's own words: quoting each through sql_literal() would cost more than the rest of a model hook, and
    so would a dispatch (adr-0006). -#}
{% macro json_object(pairs) %}
  {#- Postgres: json_object() takes text arrays only, postgresql.org/docs/current/functions-json.html. Snowflake:
      object_construct() drops nulls, docs.snowflake.com/en/sql-reference/functions/object_construct_keep_null -#}
  {%- set names = {'postgres': 'jsonb_build_object', 'snowflake': 'object_construct_keep_null'} -%}
  {%- set arguments = [] -%}
  {%- for key, expression in pairs.items() -%}
    {%- do arguments.append("'" ~ key ~ "', " ~ expression) -%} {#- literal: keys are words of the package -#}
  {%- endfor -%}
  {{- return(names.get(adapter.type(), 'json_object') ~ '(' ~ arguments | join(', ') ~ ')') -}}
{% endmacro %}
