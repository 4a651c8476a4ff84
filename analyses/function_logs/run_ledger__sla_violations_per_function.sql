{#- How many calls of each function took longer than the limit in one month?
    year, month: the month, UTC. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}
{%- set year, month = run_started_at.year, run_started_at.month -%}

select function_name, count(*) as sla_violations
from {{ ref('run_ledger__function_sla_violations') }}
where log_year = {{ year }} and log_month = {{ month }}
group by function_name
order by sla_violations desc, function_name
