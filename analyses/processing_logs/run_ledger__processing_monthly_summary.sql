{#- What would the monthly summary of the source document, 8.3.3, hold for the rows older than a year? Whole months only; the
    archive writes it. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('processing_logs')) }}

select
  cast(date_trunc('month', processed_at) as date) as summary_date,
  execution_name,
  count(*) as total_processed,
  count(case when status = 'success' then 1 end) as success_count,
  count(case when status = 'failed' then 1 end) as failed_count,
  count(case when status = 'skipped' then 1 end) as skipped_count
from {{ ref('stg_run_ledger__processing_logs') }}
where processed_at < date_trunc('month', {{ run_ledger.now_utc() }} - interval '1 year')
group by 1, 2
order by 1, 2
