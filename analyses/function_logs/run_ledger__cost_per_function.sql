{#- Duration times calls of each function in one month, what failures took of it, and retries.
    year, month: the month, UTC. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}
{%- set year, month = run_started_at.year, run_started_at.month -%}

select
  function_name,
  sum(invocations) as invocations,
  sum(cost_seconds) as cost_seconds,
  sum(failed_duration_seconds) as failed_duration_seconds,
  sum(retries) as retries
from {{ ref('run_ledger__function_costs') }}
where log_year = {{ year }} and log_month = {{ month }}
group by function_name
order by cost_seconds desc, function_name
