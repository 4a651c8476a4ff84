{#- A view, so that a condition on log_year, log_month, log_day and log_hour reaches the files. Name them. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}

select
  log_id,
  function_name,
  invocation_id,
  logged_at,
  duration_ms,
  duration_ms - {{ run_ledger.setting('run_ledger_function_logs_sla_ms') }} as excess_ms,
  status_code,
  correlation_id,
  log_year,
  log_month,
  log_day,
  log_hour
from {{ ref('stg_run_ledger__function_logs') }}
where duration_ms > {{ run_ledger.setting('run_ledger_function_logs_sla_ms') }}
