{#- Entries and errors of each hour of one day. For the share of failed invocations, which is the true rate, see
    run_ledger__hourly_function_metrics.
    year, month, day: the day, UTC. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}
{%- set year, month, day = run_started_at.year, run_started_at.month, run_started_at.day -%}

select
  hour,
  count(*) as total,
  count(case when level = 'ERROR' then 1 end) as errors,
  round(100.0 * count(case when level = 'ERROR' then 1 end) / nullif(count(*), 0), 2) as error_rate_pct
from {{ ref('stg_run_ledger__function_logs') }}
where log_year = {{ year }} and log_month = {{ month }} and log_day = {{ day }}
group by hour
order by hour
