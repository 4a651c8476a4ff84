{#- The hours in which a function was outside a threshold, back to run_ledger_function_logs_alert_hours. Whole hours, the one
    before the present among them, so that a condition is judged again when its hour is complete and when late entries come.
    Who tells people of a window remembers alert_window_id: see the notifications beside the logs. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}
{%- set error_rate, sla_rate = 'error_rate', 'cast(sla_violations as ' ~ run_ledger.sql_type('float') ~ ') / nullif(total_invocations, 0)' -%}
{%- set alerts = [
  ['high_function_error_rate', 'page', error_rate, run_ledger.setting('run_ledger_function_logs_error_rate_page')],
  ['function_error_rate', 'warn', error_rate, run_ledger.setting('run_ledger_function_logs_error_rate_warn')],
  ['slow_function', 'warn', 'p99_duration_ms', run_ledger.setting('run_ledger_function_logs_sla_ms')],
  ['function_sla_budget', 'warn', sla_rate, run_ledger.setting('run_ledger_function_logs_sla_budget')],
] -%}

with recent as (

  {#- Typed again, because the table may be one that an older version made. #}
  select
    cast(hour as {{ run_ledger.sql_type('timestamp') }}) as hour,
    function_name,
    cast(total_invocations as {{ run_ledger.sql_type('integer') }}) as total_invocations,
    error_rate,
    sla_violations,
    p99_duration_ms
  from {{ ref('run_ledger__hourly_function_metrics') }}
  where total_invocations >= {{ run_ledger.setting('run_ledger_function_logs_min_sample') }}
    and hour >= {{ run_ledger.milliseconds_after("date_trunc('hour', " ~ run_ledger.now_utc() ~ ")",
      -3600000 * run_ledger.setting('run_ledger_function_logs_alert_hours')) }}

)

{%- for name, severity, measure, threshold in alerts %}

select
  {{ run_ledger.sql_literal(name ~ '|') }} || function_name || '|' || {{ run_ledger.timestamp_text('hour') }} as alert_window_id,
  {{ run_ledger.sql_literal(name) }} as alert_name,
  {{ run_ledger.sql_literal(severity) }} as severity,
  function_name,
  hour,
  total_invocations,
  cast({{ measure }} as {{ run_ledger.sql_type('float') }}) as measured,
  cast({{ threshold }} as {{ run_ledger.sql_type('float') }}) as threshold
from recent
where {{ measure }} > {{ threshold }}
{{ 'union all' if not loop.last }}
{%- endfor %}
