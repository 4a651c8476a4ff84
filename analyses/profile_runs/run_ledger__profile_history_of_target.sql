{#- All runs of one table, the newest first. Put your table in. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('profile_runs')) }}
select run_id, status, started_at, finished_at, duration_seconds, row_count, sample_rate, git_commit, note
from {{ ref('run_ledger__profile_runs') }}
where target_table = 'orders'
order by started_at desc, run_id
