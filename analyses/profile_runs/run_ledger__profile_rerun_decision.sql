{#- Which tables should be profiled again, and why. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('profile_runs')) }}
select target_id, reason, last_status, last_success_at, drifted_columns
from {{ ref('run_ledger__profile_reruns') }}
where should_rerun
order by target_id
