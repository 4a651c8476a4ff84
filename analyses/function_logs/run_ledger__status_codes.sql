{#- How often was which HTTP status answered in one month?
    year, month: the month, UTC. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}
{%- set year, month = run_started_at.year, run_started_at.month -%}

select status_code, sum(entries) as answers
from {{ ref('run_ledger__function_status_codes') }}
where log_year = {{ year }} and log_month = {{ month }}
group by status_code
order by answers desc, status_code
