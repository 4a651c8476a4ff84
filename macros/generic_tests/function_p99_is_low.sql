{#- Fails for hours, days or months in which the 99th percentile of the duration is over the setting run_ledger_function_logs_sla_ms.
    Rows with fewer invocations than run_ledger_function_logs_min_sample say nothing. -#}
{% test function_p99_is_low(model) %}
select *
from {{ model }}
where total_invocations >= {{ run_ledger.setting('run_ledger_function_logs_min_sample') }}
  and p99_duration_ms > {{ run_ledger.setting('run_ledger_function_logs_sla_ms') }}
{% endtest %}
