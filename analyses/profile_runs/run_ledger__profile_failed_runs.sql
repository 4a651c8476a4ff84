{#- Why runs failed, the newest first. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('profile_runs')) }}
select run_id, target_id, status, started_at, finished_at, error_code, error_message, note
from {{ ref('run_ledger__profile_runs') }}
where status not in ('RUNNING', 'SUCCEEDED')
order by started_at desc, run_id
