{#- Why the tables of a ledger as they stand would refuse a row, '' when nothing is known against it.
    tables: [{relation, columns}], with the columns of the column list; has_checks: it was made with checks of ours. -#}
{% macro ledger_obstacle(tables) %}
  {{- return(adapter.dispatch('ledger_obstacle', 'run_ledger')(tables)) -}}
{% endmacro %}

{#- Warehouses that catch errors tell it themselves when they are asked to write. -#}
{% macro default__ledger_obstacle(tables) %}
  {{- return('') -}}
{% endmacro %}

{#- Nothing catches an error here, and in a hook it would end the user's run, so whatever a table of somebody else's making
    may have against a row is looked up: duckdb.org/docs/stable/sql/meta/duckdb_table_functions -#}
{% macro duckdb__ledger_obstacle(tables) %}
  {%- set home = tables[0].relation -%}
  {%- set place = " where lower(database_name) = " ~ run_ledger.sql_literal(home.database | lower)
    ~ " and lower(schema_name) = " ~ run_ledger.sql_literal(home.schema | lower) -%}
  {%- set facts = run_query(
    "select lower(view_name), '', 'is a view' from duckdb_views()" ~ place ~ " union all "
    ~ "select lower(table_name), '', 'has a constraint: ' || constraint_text from duckdb_constraints()" ~ place
    ~ " and constraint_type in ('CHECK', 'FOREIGN KEY') union all "
    ~ "select lower(table_name), lower(column_name), data_type || case when not is_nullable and column_default is null"
    ~ " then ' not null' else '' end from duckdb_columns()" ~ place).rows -%}
  {%- for table in tables -%}
    {%- for fact in facts if fact[0] == table.relation.identifier | lower
        and not (table.has_checks and fact[2].startswith('has a constraint: CHECK')) -%}
      {%- set column = table.columns | selectattr('name', 'equalto', fact[1]) | list -%}
      {#- A row brings a value for each column that must have one. -#}
      {%- set is_filled = column and column[0].not_null -%}
      {%- set type = run_ledger.sql_type(column[0].type) if column else '' -%}
      {#- A length is no part of the type here. -#}
      {%- set type = 'varchar' if type.startswith('varchar(') else type -%}
      {%- if not fact[1] -%}
        {{- return(table.relation ~ ' ' ~ fact[2]) -}}
      {%- elif column and fact[2].replace(' not null', '') | lower != type -%}
        {{- return(table.relation ~ ' has ' ~ fact[1] ~ ' as ' ~ fact[2] ~ ', not ' ~ type) -}}
      {%- elif fact[2].endswith(' not null') and not is_filled -%}
        {{- return(table.relation ~ ' has ' ~ fact[1] ~ ', which takes no null and has no default') -}}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {{- return('') -}}
{% endmacro %}
