{#- A view: a run is one row of the ledger already, and its counts do not depend on what was archived since. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('processing_logs')) }}

select
  execution_name,
  source_file,
  content_sha256,
  is_repeat,
  file_rows,
  total_count,
  success_count,
  failed_count,
  skipped_count,
  case when failed_count = 0 then 'SUCCESS' when success_count = 0 and skipped_count = 0 then 'FAILED' else 'PARTIAL' end as status,
  started_at,
  ended_at,
  {{ run_ledger.milliseconds_between('started_at', 'ended_at') }} as duration_ms
from {{ ref('stg_run_ledger__processing_logs_executions') }}
