{#- What changed between the two newest profiles. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('profile_runs')) }}
select target_id, column_name, reasons, null_rate_change, mean_change_deviations, new_values, vanished_values
from {{ ref('run_ledger__profile_drift') }}
where is_drifted
order by target_id, column_name
