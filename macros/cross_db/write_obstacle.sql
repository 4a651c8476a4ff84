{#- Why nothing can be written to a database, '' when nothing is known against it. -#}
{% macro write_obstacle(database) %}
  {{- return(adapter.dispatch('write_obstacle', 'run_ledger')(database)) -}}
{% endmacro %}

{#- Warehouses that catch errors tell it themselves when they are asked to write. -#}
{% macro default__write_obstacle(database) %}
  {{- return('') -}}
{% endmacro %}

{#- A read-only file can be seen beforehand, and a database of another kind (DuckLake, an attached Postgres), of which nobody
    knows what it takes: duckdb.org/docs/stable/sql/meta/duckdb_table_functions -#}
{% macro duckdb__write_obstacle(database) %}
  {%- set found = run_query(
    "select readonly, type from duckdb_databases() where lower(database_name) = lower(" ~ run_ledger.sql_literal(database) ~ ")") -%}
  {%- if found.rows | length == 0 -%}
    {{- return('the database ' ~ database ~ ' is not attached') -}}
  {%- endif -%}
  {%- if found.rows[0][1] != 'duckdb' -%}
    {{- return('the database ' ~ database ~ ' is of type ' ~ found.rows[0][1] ~ ', not duckdb; set run_ledger_database to one that is') -}}
  {%- endif -%}
  {{- return('the database ' ~ database ~ ' is read-only' if found.rows[0][0] else '') -}}
{% endmacro %}
