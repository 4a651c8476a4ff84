{#- A view, which analysts get the right to read in place of the table: only the first letter of user_id, and no metadata. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('processing_logs')) }}

select
  log_id,
  execution_name,
  left(user_id, 1) || '*****' as user_id,
  processing_type,
  old_value,
  new_value,
  status,
  error_message,
  processed_at,
  retention_class,
  is_warm
from {{ ref('stg_run_ledger__processing_logs') }}
