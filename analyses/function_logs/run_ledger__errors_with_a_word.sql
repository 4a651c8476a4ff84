{#- ERROR entries with a word in their message or in that of their exception, in one month.
    year, month: the month, UTC; word: the word, in any case. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}
{%- set year, month = run_started_at.year, run_started_at.month -%}
{%- set word = 'timeout' -%}

select function_name, logged_at, message, exception_message, invocation_id
from {{ ref('stg_run_ledger__function_logs') }}
where log_year = {{ year }} and log_month = {{ month }} and level = 'ERROR'
  and lower(coalesce(message, '') || ' ' || coalesce(exception_message, '')) like {{ run_ledger.sql_literal('%' ~ word | lower ~ '%') }}
order by logged_at, log_id
