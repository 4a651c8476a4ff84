{#- Runs statements as one unit and never raises where the warehouse can catch: returns {error, value}.
    statements: texts, or {when: select, then: [texts]} for those that run only while the select has a row.
    value_sql: a scalar expression of text read after them. error is '' when all went well. -#}
{% macro run_guarded(statements, value_sql='null') %}
  {%- set answer = adapter.dispatch('run_guarded', 'run_ledger')(statements, value_sql) -%}
  {#- The first letter says which of the two the text is. -#}
  {%- set failed = answer.startswith('E') -%}
  {{- return({'error': answer[1:] if failed else '', 'value': '' if failed else answer[1:]}) -}}
{% endmacro %}

{#- Nothing catches here: who calls it has looked before. -#}
{% macro default__run_guarded(statements, value_sql) %}
  {%- for statement in statements -%}
    {%- if statement is not mapping -%}
      {%- do run_query(statement) -%}
    {%- elif run_query(statement.when).rows | length > 0 -%}
      {%- for inner in statement.then -%}
        {%- do run_query(inner) -%}
      {%- endfor -%}
    {%- endif -%}
  {%- endfor -%}
  {{- return('V' ~ run_query("select coalesce(" ~ value_sql ~ ", '')").rows[0][0]) -}}
{% endmacro %}

{#- An anonymous block can catch, and hands its answer over in a session setting: postgresql.org/docs/current/sql-do.html -#}
{% macro postgres__run_guarded(statements, value_sql) %}
  {{- return(run_query(run_ledger.guarded_block(statements, value_sql)
    ~ "; select current_setting('run_ledger.answer')").rows[0][0]) -}}
{% endmacro %}

{#- A scripting block can catch and return: docs.snowflake.com/en/developer-guide/snowflake-scripting/exceptions -#}
{% macro snowflake__run_guarded(statements, value_sql) %}
  {{- return(run_query(run_ledger.guarded_block(statements, value_sql)).rows[0][0]) -}}
{% endmacro %}
