{#- The 99th percentile of each function in one month, from the sketch, so without reading a log.
    year, month: the month, UTC. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}
{%- set year, month = run_started_at.year, run_started_at.month -%}

select function_name, p99_duration_ms as p99_latency_ms
from {{ ref('run_ledger__monthly_function_metrics') }}
where metric_month = cast({{ run_ledger.sql_literal('%04d-%02d-01' % (year, month)) }} as date) and measured_entries > 0
order by p99_latency_ms desc, function_name
