{#- How reliable and how fast is each kind of run?
    days: how far back, whole UTC days. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('ingestion_runs')) }}
{%- set days = 30 %}

select
  run_kind,
  mode,
  sum(runs) as runs,
  sum(succeeded_runs) as succeeded_runs,
  sum(failed_runs) as failed_runs,
  sum(partial_runs) as partial_runs,
  round(100.0 * sum(succeeded_runs) / nullif(sum(succeeded_runs + failed_runs + partial_runs), 0), 2) as success_percent,
  max(p95_duration_ms) as worst_p95_duration_ms
from {{ ref('run_ledger__ingestion_daily_metrics') }}
where run_date >= cast({{ run_ledger.now_utc() }} as date) - {{ days }}
group by run_kind, mode
order by success_percent, run_kind, mode
