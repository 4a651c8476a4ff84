{#- The keys and checks of a create table, from an entry of ledger_tables(). -#}
{% macro table_constraints(table) %}
  {{- return(adapter.dispatch('table_constraints', 'run_ledger')(table)) -}}
{% endmacro %}

{% macro default__table_constraints(table, with_foreign_keys=true) %}
  {%- set constraints = [] -%}
  {%- if table.primary_key is defined -%}
    {%- do constraints.append('primary key (' ~ table.primary_key | join(', ') ~ ')') -%}
  {%- endif -%}
  {%- for name, condition in table.get('checks', {}).items() -%}
    {%- do constraints.append('constraint ' ~ name ~ ' check (' ~ condition ~ ')') -%}
  {%- endfor -%}
  {%- for key in (table.get('foreign_keys', []) if with_foreign_keys else []) -%}
    {%- do constraints.append('foreign key (' ~ key.columns | join(', ') ~ ') references ' ~ key.references
      ~ ' (' ~ key.to | join(', ') ~ ')') -%}
  {%- endfor -%}
  {{- return(constraints) -}}
{% endmacro %}

{#- Without foreign keys: they refuse updates of rows that others refer to, and the second write of a row in one transaction:
    duckdb.org/docs/stable/sql/indexes#over-eager-constraint-checking-in-foreign-keys -#}
{% macro duckdb__table_constraints(table) %}
  {{- return(run_ledger.default__table_constraints(table, false)) -}}
{% endmacro %}

{#- Nothing but not null is enforced, and a promise that nobody keeps misleads readers: docs.snowflake.com/en/sql-reference/constraints-overview -#}
{% macro snowflake__table_constraints(table) %}
  {{- return([]) -}}
{% endmacro %}
