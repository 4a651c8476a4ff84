{#- The guarded move of one row from RUNNING to a terminal status. row: further columns as SQL expressions. -#}
{% macro close_job_statement(process_step_id, status, row) %}
  {%- set now = run_ledger.now_utc() -%}
  {%- set changes = {
    'execution_status_name': run_ledger.sql_literal(status),
    'execution_completed_ind': run_ledger.sql_literal('Y'),
    'execution_end_tmstp': now,
    'extract_end_tmstp': now,
    'update_tmstp': now,
  } -%}
  {%- do changes.update(row) -%}
  {{- return(run_ledger.move_row(run_ledger.ledger_relation('process_execution_log'), changes,
    'process_step_id = ' ~ run_ledger.sql_literal(process_step_id) ~ " and execution_completed_ind = 'N'")) -}}
{% endmacro %}
