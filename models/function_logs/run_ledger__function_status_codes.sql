{#- A view, so that a condition on log_year, log_month and log_day reaches the files. Name them. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}

select
  log_year,
  log_month,
  log_day,
  function_name,
  status_code,
  count(*) as entries
from {{ ref('stg_run_ledger__function_logs') }}
where status_code is not null
group by log_year, log_month, log_day, function_name, status_code
