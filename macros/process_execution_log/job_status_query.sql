{#- A scalar query of a job's status, null when there is no such row. -#}
{% macro job_status_query(process_step_id) %}
  {{- return('(select max(execution_status_name) from ' ~ run_ledger.ledger_relation('process_execution_log')
    ~ ' where process_step_id = ' ~ run_ledger.sql_literal(process_step_id) ~ ')') -}}
{% endmacro %}
