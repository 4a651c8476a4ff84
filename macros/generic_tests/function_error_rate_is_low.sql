{#- Fails for hours, days or months in which the share of failed invocations is over the setting run_ledger_function_logs_error_rate_warn.
    Rows with fewer invocations than run_ledger_function_logs_min_sample say nothing. -#}
{% test function_error_rate_is_low(model) %}
select *
from {{ model }}
where total_invocations >= {{ run_ledger.setting('run_ledger_function_logs_min_sample') }}
  and error_rate > {{ run_ledger.setting('run_ledger_function_logs_error_rate_warn') }}
{% endtest %}
