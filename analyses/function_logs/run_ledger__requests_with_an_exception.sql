{#- Requests in which an exception of one type came up, in one month.
    year, month: the month, UTC; exception_type: the type. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}
{%- set year, month = run_started_at.year, run_started_at.month -%}
{%- set exception_type = 'SnowflakeConnectionError' -%}

select invocation_id, function_name, logged_at, exception_message as error_message, stacktrace, user_id, request_id
from {{ ref('stg_run_ledger__function_logs') }}
where log_year = {{ year }} and log_month = {{ month }} and exception_type = {{ run_ledger.sql_literal(exception_type) }}
order by logged_at, log_id
