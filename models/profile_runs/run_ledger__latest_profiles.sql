{#- A view, so that a profile shows as soon as it has succeeded. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('profile_runs')) }}

select *
from {{ ref('run_ledger__profile_statistics') }}
where is_latest_success and row_filter is null
