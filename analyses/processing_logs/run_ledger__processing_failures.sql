{#- Why do rows fail, and how many users does each reason hit? -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('processing_logs')) }}

select
  error_message,
  processing_type,
  count(*) as row_count,
  count(distinct user_id) as users,
  max(processed_at) as last_at
from {{ ref('stg_run_ledger__processing_logs') }}
where status = 'failed'
group by error_message, processing_type
order by row_count desc, error_message, processing_type
