{#- Which functions wrote most ERROR entries in one month?
    year, month: the month, UTC; functions: how many. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}
{%- set year, month = run_started_at.year, run_started_at.month -%}
{%- set functions = 5 -%}

select function_name, count(*) as error_count
from {{ ref('stg_run_ledger__function_logs') }}
where log_year = {{ year }} and log_month = {{ month }} and level = 'ERROR'
group by function_name
order by error_count desc, function_name
limit {{ functions }}
