{#- How much was processed in each month, whether its rows are live or archived? -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('processing_logs')) }}

select
  log_month,
  processing_type,
  cast(sum(row_count) as {{ run_ledger.sql_type('integer') }}) as total_processed,
  {%- for status in ['success', 'failed', 'skipped'] %}
  cast(sum(case when status = {{ run_ledger.sql_literal(status) }} then row_count else 0 end) as {{ run_ledger.sql_type('integer') }}) as {{ status }}_count,
  {%- endfor %}
  count(distinct execution_name) as executions
from {{ ref('run_ledger__processing_logs_monthly') }}
group by log_month, processing_type
order by log_month desc, processing_type
