{#- The columns of PROFILE_RUNS, typed. The table may not be there yet, or be of an older version of the package: what is missing reads as null, and a missing
    table as no row. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('profile_runs')) }}
{%- set ledger = source('run_ledger', 'profile_runs') -%}
{%- set columns = run_ledger.profile_runs_columns() -%}
{%- set relation = run_ledger.ledger_relation('profile_runs') -%}
{%- set present = [] -%}
{%- for row in (run_query(run_ledger.existing_columns(relation)).rows if execute else []) if row[0] == relation.identifier | lower -%}
  {%- do present.append(row[1]) -%}
{%- endfor -%}

select
  {%- for column in columns %}
  cast({{ column.name if column.name in present else 'null' }} as {{ run_ledger.sql_type(column.type) }}) as {{ column.name }}{{ ',' if not loop.last }}
  {%- endfor %}
from {{ ledger if present else '(select 1 as nothing) as nothing where 1 = 0' }}
