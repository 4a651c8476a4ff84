{#- The rule of rerun_ingestion() and of the Python client, as a column. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('ingestion_runs')) }}
{%- set rules = run_ledger.ingestion_rules() %}

with runs as (

  select * from {{ ref('stg_run_ledger__ingestion_runs') }}

),

active_children as (

  select parent_run_id, min(run_id) as child_run_id, min(status) as child_status
  from runs
  where parent_run_id is not null and status in ({{ run_ledger.sql_literals(rules.active) }})
  group by parent_run_id

)

select
  runs.run_id,
  runs.status,
  runs.trace_id,
  runs.status in ({{ run_ledger.sql_literals(rules.rerun_from) }}) and active_children.parent_run_id is null as can_rerun,
  case
    when runs.status in ({{ run_ledger.sql_literals(rules.active) }}) then 'it is ' || runs.status || ' and has not ended'
    when runs.status not in ({{ run_ledger.sql_literals(rules.rerun_from) }}) then 'it has ' || runs.status
    when active_children.parent_run_id is not null
      then 'run ' || active_children.child_run_id || ' runs it again and is ' || active_children.child_status
    else 'it ended as ' || runs.status
  end as reason
from runs
left join active_children on active_children.parent_run_id = runs.run_id
