{#- A view: a user's question is about one user, and the index on user_id leads to the rows. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('processing_logs')) }}

select
  log_id,
  user_id,
  processing_type,
  processed_at,
  execution_name,
  status,
  old_value,
  new_value,
  new_value - old_value as value_change,
  error_message,
  row_number() over (partition by user_id, processing_type order by processed_at desc, log_id desc) as recency
from {{ ref('stg_run_ledger__processing_logs') }}
where user_id is not null
