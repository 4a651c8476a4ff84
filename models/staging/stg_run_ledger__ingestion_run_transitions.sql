{#- The audit of the moves, times as UTC timestamps and ids as text. Always true at the moment of reading; a ledger that is not there yet reads as no row. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('ingestion_runs')) }}
{%- set relation = run_ledger.ledger_relation('ingestion_runs', '_transitions') -%}
{%- set present = [] -%}
{%- for row in (run_query(run_ledger.existing_columns(relation)).rows if execute else []) if row[0] == relation.identifier | lower -%}
  {%- do present.append(row[1]) -%}
{%- endfor -%}

select
  {%- for column in run_ledger.ingestion_run_transition_columns() %}
  {%- set type = {'instant': 'timestamp', 'uuid': 'text', 'int32': 'integer'}.get(column.type, column.type) %}
  {%- if column.name not in present %}
  cast(null as {{ run_ledger.sql_type(type) }}) as {{ column.name }}
  {%- elif type == 'text_list' %}
  {{ column.name }}
  {%- else %}
  cast({{ run_ledger.at_utc(column.name) if column.type == 'instant' else column.name }} as {{ run_ledger.sql_type(type) }}) as {{ column.name }}
  {%- endif %}{{ ',' if not loop.last }}
  {%- endfor %}
from {{ source('run_ledger', 'ingestion_runs_transitions') if present else '(select 1 as nothing) as nothing where 1 = 0' }}
