{#- Which runs and moves belong to a trace id of the logs?
    trace_id: from the log. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('ingestion_runs')) }}
{%- set trace_id = 'trace' %}

select runs.run_id, runs.status, moves.from_status, moves.to_status, moves.moved_at, moves.actor, moves.reason
from {{ ref('stg_run_ledger__ingestion_runs') }} as runs
left join {{ ref('stg_run_ledger__ingestion_run_transitions') }} as moves on moves.run_id = runs.run_id
where runs.trace_id = {{ run_ledger.sql_literal(trace_id) }}
order by runs.created_at, runs.run_id, moves.moved_at, case when moves.to_status = 'running' then 0 else 1 end
