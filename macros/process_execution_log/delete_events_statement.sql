{#- The delete of a job's events, which say nothing that a closed row does not. -#}
{% macro delete_events_statement(process_step_id) %}
  {{- return('delete from ' ~ run_ledger.ledger_relation('process_execution_log', '_events')
    ~ ' where process_step_id = ' ~ run_ledger.sql_literal(process_step_id)) -}}
{% endmacro %}
