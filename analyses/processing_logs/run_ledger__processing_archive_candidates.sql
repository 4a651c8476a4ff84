{#- What is kept where, per month and class: the rows that the next archive looks at. Replaces the document's 8.4.1, 8.4.2
    and 8.6, whose statements lose rows or fall behind. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('processing_logs')) }}

select
  cast(date_trunc('month', processed_at) as date) as log_month,
  retention_class,
  is_warm,
  count(*) as row_count,
  count(distinct execution_name) as executions
from {{ ref('stg_run_ledger__processing_logs') }}
group by 1, 2, 3
order by 1, 2, 3
