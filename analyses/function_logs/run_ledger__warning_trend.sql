{#- WARNING and ERROR entries of each function, day by day, from the metrics.
    days: how many days. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}
{%- set days = 28 -%}

select metric_date, function_name, warning_log_entries, error_log_entries
from {{ ref('run_ledger__daily_function_metrics') }}
where metric_date >= cast({{ run_ledger.now_utc() }} as date) - {{ days }} and warning_log_entries + error_log_entries > 0
order by metric_date, function_name
