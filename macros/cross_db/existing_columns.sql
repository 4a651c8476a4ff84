{#- A query of table_name and column_name, both in lower case, for the tables of one schema. -#}
{% macro existing_columns(schema_relation) %}
  {{- return(adapter.dispatch('existing_columns', 'run_ledger')(schema_relation)) -}}
{% endmacro %}

{% macro default__existing_columns(schema_relation) %}
  {{- return(
    "select lower(table_name) as table_name, lower(column_name) as column_name from "
    ~ schema_relation.include(schema=false, identifier=false) ~ ".information_schema.columns where lower(table_schema) = "
    ~ run_ledger.sql_literal(schema_relation.schema | lower)) -}}
{% endmacro %}

{#- information_schema hides tables without a privilege, which then look as if they had to be created:
    postgresql.org/docs/current/infoschema-columns.html -#}
{% macro postgres__existing_columns(schema_relation) %}
  {{- return(
    "select lower(c.relname) as table_name, lower(a.attname) as column_name from pg_catalog.pg_attribute a "
    ~ "join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
    ~ "where a.attnum > 0 and not a.attisdropped and n.nspname = " ~ run_ledger.sql_literal(schema_relation.schema)) -}}
{% endmacro %}

{#- A database's own information_schema needs no qualifier in one version and refuses it in another; this function lists
    every attached database: duckdb.org/docs/stable/sql/meta/duckdb_table_functions#duckdb_columns -#}
{% macro duckdb__existing_columns(schema_relation) %}
  {{- return(
    "select lower(table_name) as table_name, lower(column_name) as column_name from duckdb_columns() where lower(database_name) = "
    ~ run_ledger.sql_literal(schema_relation.database | lower) ~ " and lower(schema_name) = "
    ~ run_ledger.sql_literal(schema_relation.schema | lower)) -}}
{% endmacro %}
