{#- Is it getting worse? Days on which a job took half as long again as in the four weeks before, or succeeded less often.
    days: how far back, whole UTC days. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled')) }}
{%- set days = 14 -%}

select
  run_date,
  ledger,
  job_key,
  target,
  runs,
  p50_duration_seconds,
  trailing_p50_duration_seconds,
  p50_change_ratio,
  success_rate,
  trailing_success_rate,
  success_rate_change,
  last_error
from {{ ref('run_ledger__run_summary_daily') }}
where run_date >= cast({{ run_ledger.now_utc() }} as date) - {{ days }}
  and (p50_change_ratio >= 0.5 or success_rate_change <= -0.1)
order by run_date desc, ledger, job_key, target
