{#- How often did which exception come up in one month?
    year, month: the month, UTC. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}
{%- set year, month = run_started_at.year, run_started_at.month -%}

select exception_type, count(*) as exceptions, count(distinct user_id) as users, min(exception_message) as an_exception_message
from {{ ref('stg_run_ledger__function_logs') }}
where log_year = {{ year }} and log_month = {{ month }} and exception_type is not null
group by exception_type
order by exceptions desc, exception_type
