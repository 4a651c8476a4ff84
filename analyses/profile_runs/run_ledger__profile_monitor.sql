{#- Runs of the last week by table and status. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('profile_runs')) }}
select target_id, status, count(*) as runs, max(started_at) as last_started_at
from {{ ref('run_ledger__profile_runs') }}
where started_at >= current_date - 7
group by target_id, status
order by target_id, status
