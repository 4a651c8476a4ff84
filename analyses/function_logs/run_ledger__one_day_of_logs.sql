{#- All entries of one day. The three conditions are what keeps the other days unread.
    year, month, day: the day, UTC. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}
{%- set year, month, day = run_started_at.year, run_started_at.month, run_started_at.day -%}

select *
from {{ ref('stg_run_ledger__function_logs') }}
where log_year = {{ year }} and log_month = {{ month }} and log_day = {{ day }}
order by logged_at, log_id
