{#- Calls that took longer than the limit, the slowest first, in one month.
    year, month: the month, UTC. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}
{%- set year, month = run_started_at.year, run_started_at.month -%}

select function_name, logged_at, duration_ms, excess_ms, invocation_id, status_code
from {{ ref('run_ledger__function_sla_violations') }}
where log_year = {{ year }} and log_month = {{ month }}
order by duration_ms desc, log_id
