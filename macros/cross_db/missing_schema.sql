{#- A query that has one row while a relation's schema does not exist. "create schema if not exists" asks for the right to
    create one even where it exists, and a role that only writes has no such right. -#}
{% macro missing_schema(relation) %}
  {{- return(adapter.dispatch('missing_schema', 'run_ledger')(relation)) -}}
{% endmacro %}

{% macro default__missing_schema(relation) %}
  {{- return("select 1 where not exists (select 1 from " ~ relation.include(schema=false, identifier=false)
    ~ ".information_schema.schemata where lower(schema_name) = " ~ run_ledger.sql_literal(relation.schema | lower) ~ ")") -}}
{% endmacro %}

{#- information_schema hides schemas without a privilege: postgresql.org/docs/current/infoschema-schemata.html -#}
{% macro postgres__missing_schema(relation) %}
  {{- return("select 1 where not exists (select 1 from pg_catalog.pg_namespace where nspname = "
    ~ run_ledger.sql_literal(relation.schema) ~ ")") -}}
{% endmacro %}

{#- As in existing_columns(): duckdb.org/docs/stable/sql/meta/duckdb_table_functions#duckdb_schemas -#}
{% macro duckdb__missing_schema(relation) %}
  {{- return("select 1 where not exists (select 1 from duckdb_schemas() where lower(database_name) = "
    ~ run_ledger.sql_literal(relation.database | lower) ~ " and lower(schema_name) = "
    ~ run_ledger.sql_literal(relation.schema | lower) ~ ")") -}}
{% endmacro %}
