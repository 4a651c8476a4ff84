{#- What the sweep would close, before it does. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('ingestion_runs')) }}
{%- set minutes = run_ledger.setting('run_ledger_ingestion_stuck_minutes') %}

select
  run_id,
  run_kind,
  mode,
  status,
  requested_by,
  trace_id,
  listed_at as since_at,
  case when status = 'queued' then queued_ms else duration_ms end as waiting_ms,
  percent_done
from {{ ref('run_ledger__ingestion_history') }}
where status in ({{ run_ledger.sql_literals(run_ledger.ingestion_rules().active) }})
  and listed_at < {{ run_ledger.milliseconds_after(run_ledger.now_utc(), -60000 * minutes) }}
