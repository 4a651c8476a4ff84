{#- What can be run again, and has not been run again with success since? -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('ingestion_runs')) }}

select decisions.run_id, decisions.status, decisions.reason, chains.root_run_id, chains.attempt_number
from {{ ref('run_ledger__ingestion_rerun_decisions') }} as decisions
join {{ ref('run_ledger__ingestion_chains') }} as chains on chains.run_id = decisions.run_id
where decisions.can_rerun and chains.is_latest
order by chains.created_at desc, decisions.run_id
