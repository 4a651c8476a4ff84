{#- A view, so that a condition on log_year, log_month and log_day reaches the files. Name them. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}

select
  log_year,
  log_month,
  log_day,
  function_name,
  coalesce(exception_type, 'none') as exception_type,
  count(*) as error_entries,
  count(distinct invocation_key) as invocations,
  count(distinct user_id) as users,
  min(environment) as an_environment,
  min(exception_message) as an_exception_message,
  min(logged_at) as first_at,
  max(logged_at) as last_at
from {{ ref('stg_run_ledger__function_logs') }}
where level = 'ERROR' or exception_type is not null
group by log_year, log_month, log_day, function_name, coalesce(exception_type, 'none')
