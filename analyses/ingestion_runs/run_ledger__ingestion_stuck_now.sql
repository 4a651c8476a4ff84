{#- Which runs should have started or ended by now, the longest waiting first? -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('ingestion_runs')) }}

select run_id, status, run_kind, since_at, waiting_ms, percent_done, trace_id
from {{ ref('run_ledger__ingestion_stuck') }}
order by since_at, run_id
