{#- Which jobs need a look, and why? Failing ones first, then those that are late, then those that get worse. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.setting('run_ledger_enabled')) }}

select
  ledger,
  job_key,
  target,
  health,
  health_reason,
  streak_outcome,
  streak_runs,
  last_status,
  last_started_at,
  last_success_at,
  next_expected_at,
  late_seconds,
  last_error
from {{ ref('run_ledger__run_summary_jobs') }}
where health <> 'healthy'
order by case health when 'failing' then 1 when 'late' then 2 else 3 end, late_seconds desc, ledger, job_key, target
