{#- When is which function called? Invocations by the hour of the day, over the last days, from the metrics.
    days: how many days. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}
{%- set days = 28 -%}

select function_name, extract(hour from hour) as hour_of_day, sum(total_invocations) as invocations
from {{ ref('run_ledger__hourly_function_metrics') }}
where hour >= cast({{ run_ledger.now_utc() }} as date) - {{ days }}
group by function_name, extract(hour from hour)
order by function_name, hour_of_day
