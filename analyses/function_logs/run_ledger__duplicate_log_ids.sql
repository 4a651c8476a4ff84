{#- Which ids came more than once on one day?
    year, month, day: the day, UTC. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}
{%- set year, month, day = run_started_at.year, run_started_at.month, run_started_at.day -%}

select log_id, copies, files, function_name, first_at, last_at
from {{ ref('run_ledger__function_log_duplicates') }}
where log_year = {{ year }} and log_month = {{ month }} and log_day = {{ day }}
order by copies desc, log_id
