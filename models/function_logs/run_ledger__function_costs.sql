{#- What functions cost: their time, and how much of it went into calls that failed or that somebody had to make again. A call
    is a retry when its correlation id has called the function before, on the same day. A view over run_ledger__function_requests;
    name log_year, log_month and log_day. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}

select
  log_year,
  log_month,
  log_day,
  function_name,
  count(*) as invocations,
  count(case when error_entries > 0 then 1 end) as failed_invocations,
  count(correlation_id) - count(distinct correlation_id) as retries,
  coalesce(sum(duration_ms), 0) / 1000 as duration_seconds,
  coalesce(sum(case when error_entries > 0 then duration_ms end), 0) / 1000 as failed_duration_seconds,
  avg(duration_ms) * count(*) / 1000 as cost_seconds
from {{ ref('run_ledger__function_requests') }}
group by log_year, log_month, log_day, function_name
