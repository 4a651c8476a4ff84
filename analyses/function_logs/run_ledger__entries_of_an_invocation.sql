{#- All entries of one invocation, in order.
    year, month, day: the day, UTC; invocation_id: the invocation. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}
{%- set year, month, day = run_started_at.year, run_started_at.month, run_started_at.day -%}
{%- set invocation_id = 'the-invocation-id' -%}

select logged_at, level, message, duration_ms, status_code, exception_type, exception_message
from {{ ref('stg_run_ledger__function_logs') }}
where log_year = {{ year }} and log_month = {{ month }} and log_day = {{ day }} and invocation_id = {{ run_ledger.sql_literal(invocation_id) }}
order by logged_at, log_id
