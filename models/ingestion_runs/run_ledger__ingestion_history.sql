{#- A view: an admin screen shows what is so now. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('ingestion_runs')) }}
{%- set now = run_ledger.now_utc() %}

select
  runs.run_id,
  runs.run_kind,
  runs.mode,
  runs.status,
  runs.target_types,
  runs.parent_run_id,
  runs.parent_run_id is not null as is_rerun,
  runs.requested_by,
  runs.trace_id,
  runs.created_at,
  runs.started_at,
  runs.finished_at,
  {#- A queued run has no start, and would come first or last of all. #}
  coalesce(runs.started_at, runs.created_at) as listed_at,
  {{ run_ledger.milliseconds_between('runs.created_at', 'coalesce(runs.started_at, ' ~ now ~ ')') }} as queued_ms,
  {{ run_ledger.milliseconds_between('runs.started_at', 'coalesce(runs.finished_at, ' ~ now ~ ')') }} as duration_ms,
  runs.target_count,
  runs.processed_count,
  runs.success_count,
  runs.failed_count,
  runs.unprocessed_count,
  cast(case when runs.target_count > 0 then round(100.0 * runs.processed_count / runs.target_count, 1) end as {{ run_ledger.sql_type('float') }}) as percent_done,
  moves.actor as ended_by,
  moves.reason
from {{ ref('stg_run_ledger__ingestion_runs') }} as runs
left join {{ ref('stg_run_ledger__ingestion_run_transitions') }} as moves
  on moves.run_id = runs.run_id
  and moves.to_status = runs.status
  and runs.finished_at is not null
