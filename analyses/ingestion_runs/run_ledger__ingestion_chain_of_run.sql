{#- What does this run run again, back to the first one?
    run_id: the run. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('ingestion_runs')) }}
{%- set run_id = '00000000-0000-4000-8000-000000000000' %}

select links.attempt_number, links.run_id, links.status, links.created_at
from {{ ref('run_ledger__ingestion_chains') }} as links
join {{ ref('run_ledger__ingestion_chains') }} as wanted on wanted.root_run_id = links.root_run_id
where wanted.run_id = {{ run_ledger.sql_literal(run_id) }}
order by links.attempt_number, links.created_at, links.run_id
