{#- A view: what was processed twice is to be seen at once. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('processing_logs')) }}

select
  execution_name,
  content_sha256,
  source_file,
  started_at,
  is_repeat,
  first_value(execution_name) over (partition by content_sha256 order by started_at, execution_name) as first_execution_name,
  row_number() over (partition by content_sha256 order by started_at, execution_name) as time_number,
  count(*) over (partition by content_sha256) as times
from {{ ref('stg_run_ledger__processing_logs_executions') }}
where content_sha256 in (
  select content_sha256 from {{ ref('stg_run_ledger__processing_logs_executions') }} group by content_sha256 having count(*) > 1
)
