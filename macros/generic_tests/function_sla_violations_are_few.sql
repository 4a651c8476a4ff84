{#- Fails for hours, days or months in which too many invocations were too slow, by the setting run_ledger_function_logs_sla_budget.
    Rows with fewer invocations than run_ledger_function_logs_min_sample say nothing. -#}
{% test function_sla_violations_are_few(model) %}
select *
from {{ model }}
where total_invocations >= {{ run_ledger.setting('run_ledger_function_logs_min_sample') }}
  and cast(sla_violations as {{ run_ledger.sql_type('float') }}) / nullif(total_invocations, 0) > {{ run_ledger.setting('run_ledger_function_logs_sla_budget') }}
{% endtest %}
