{#- What one request did, and, by correlation_id, what it did elsewhere: a frontend or an agent that writes the same id into its
    own logs joins here. A view, so that a condition on log_year, log_month and log_day reaches the files. Name them. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}

select
  log_year,
  log_month,
  log_day,
  function_name,
  invocation_key as invocation_id,
  min(correlation_id) as correlation_id,
  min(request_id) as request_id,
  min(user_id) as user_id,
  min(environment) as environment,
  min(logged_at) as started_at,
  max(logged_at) as ended_at,
  count(*) as entries,
  count(case when level = 'ERROR' then 1 end) as error_entries,
  max(status_code) as status_code,
  max(duration_ms) as duration_ms,
  min(exception_type) as exception_type,
  min(exception_message) as exception_message
from {{ ref('stg_run_ledger__function_logs') }}
group by log_year, log_month, log_day, function_name, invocation_key
