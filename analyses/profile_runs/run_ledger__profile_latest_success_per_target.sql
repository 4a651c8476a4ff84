{#- The newest good profile of each table. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('profile_runs')) }}
select target_id, run_id, started_at, finished_at, row_count, column_count
from {{ ref('run_ledger__profile_runs') }}
where is_latest_success and row_filter is null
order by target_id
