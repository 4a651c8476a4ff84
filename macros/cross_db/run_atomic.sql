{#- Runs statements all or none, and raises what the warehouse says when one fails. -#}
{% macro run_atomic(statements) %}
  {%- do adapter.dispatch('run_atomic', 'run_ledger')(statements) -%}
{% endmacro %}

{% macro default__run_atomic(statements) %}
  {%- do run_query('begin') -%}
  {%- for statement in statements -%}
    {%- do run_query(statement) -%}
  {%- endfor -%}
  {%- do run_query('commit') -%}
{% endmacro %}

{#- A block is one statement, so it is atomic under either engine, also where each commits by itself: postgresql.org/docs/current/sql-do.html -#}
{% macro postgres__run_atomic(statements) %}
  {%- set answer = run_ledger.run_guarded(statements) -%}
  {%- if answer.error -%}
    {{- exceptions.raise_compiler_error('run_ledger.run_atomic(): ' ~ run_ledger.redact(answer.error)) -}}
  {%- endif -%}
{% endmacro %}

{#- dbt v2 commits each text that it sends, so all is one text; DuckDB itself takes it apart: duckdb.org/docs/stable/sql/statements/transactions -#}
{% macro duckdb__run_atomic(statements) %}
  {%- do run_query('begin;\n' ~ statements | join(';\n') ~ ';\ncommit') -%}
{% endmacro %}
