{#- What one run found, by the key that both tables share (P33). Put your run in. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('profile_runs')) }}
select runs.target_table, results.column_name, results.metric_name, results.value_num, results.value_text, results.is_approx
from {{ ref('stg_run_ledger__profile_runs') }} as runs
inner join {{ ref('stg_run_ledger__profile_results') }} as results on results.run_id = runs.run_id
where runs.status = 'SUCCEEDED' and runs.run_id = 'a run'
order by results.column_name, results.metric_name
