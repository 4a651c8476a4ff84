{#- Statements for run_guarded() that take effect together or not at all. -#}
{% macro as_transaction(statements) %}
  {{- return(adapter.dispatch('as_transaction', 'run_ledger')(statements)) -}}
{% endmacro %}

{#- One text with a transaction of its own, unless there is one already, as around a model's hooks under dbt-core: outside
    of one each statement has a number of its own. -#}
{% macro default__as_transaction(statements) %}
  {%- set number = 'select txid_current()' -%}
  {%- if run_query(number).rows[0][0] == run_query(number).rows[0][0] -%}
    {{- return(statements) -}}
  {%- endif -%}
  {{- return(['begin transaction;\n' ~ statements | join(';\n') ~ ';\ncommit']) -}}
{% endmacro %}

{#- The guarded block is a transaction already. As texts, because what does not parse would fail the block as a whole, which then
    catches nothing: postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN -#}
{% macro postgres__as_transaction(statements) %}
  {%- set texts = [] -%}
  {%- for statement in statements -%}
    {%- do texts.append('execute ' ~ run_ledger.sql_literal(statement)) -%}
  {%- endfor -%}
  {{- return(texts) -}}
{% endmacro %}

{#- Each statement of a block commits by itself: docs.snowflake.com/en/developer-guide/snowflake-scripting/transactions -#}
{% macro snowflake__as_transaction(statements) %}
  {{- return(['begin transaction'] + statements + ['commit']) -}}
{% endmacro %}
