{#- May this run be run again, and why or why not?
    run_id: the run. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('ingestion_runs')) }}
{%- set run_id = '00000000-0000-4000-8000-000000000000' %}

select run_id, status, can_rerun, reason
from {{ ref('run_ledger__ingestion_rerun_decisions') }}
where run_id = {{ run_ledger.sql_literal(run_id) }}
