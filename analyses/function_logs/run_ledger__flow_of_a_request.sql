{#- What one request did, in all functions, by its correlation id. What a frontend or an agent logs under the same id joins here.
    year, month, day: the day, UTC; correlation_id: the id. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}
{%- set year, month, day = run_started_at.year, run_started_at.month, run_started_at.day -%}
{%- set correlation_id = 'the-correlation-id' -%}

select started_at, ended_at, function_name, invocation_id, status_code, duration_ms, error_entries, exception_type
from {{ ref('run_ledger__function_requests') }}
where log_year = {{ year }} and log_month = {{ month }} and log_day = {{ day }} and correlation_id = {{ run_ledger.sql_literal(correlation_id) }}
order by started_at, invocation_id
