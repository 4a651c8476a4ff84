{#- Writes the terminal state from the results of dbt. state: what job_state_query() found. Returns {error, value}. -#}
{% macro write_job_end(results, state) %}
  {%- set statements = [] -%}
  {%- if not state -%}
    {%- do log('run_ledger: the row of this job was missing at its end and is written anew', info=true) -%}
    {%- do statements.append(run_ledger.insert_job_statement(
      run_ledger.milliseconds_after(run_ledger.sql_timestamp(run_started_at), run_ledger.clock_offset()))) -%}
  {%- endif -%}
  {%- set steps = run_ledger.job_steps(results, state[1:] | int) -%}
  {%- set errors = run_ledger.job_errors(steps) -%}
  {%- set status = 'FAILED' if errors else 'SUCCESS' -%}
  {%- set document = run_ledger.document_in_pieces('STEPS', run_ledger.job_document(
    steps, 'JOB_FAILED' if errors else 'JOB_COMPLETED')) -%}
  {%- set error_document = run_ledger.document_in_pieces('ERRORS', errors) -%}
  {%- for statement in document.statements + error_document.statements -%}
    {%- set answer = run_ledger.run_guarded([statement]) -%}
    {%- if answer.error -%}
      {{- return(answer) -}}
    {%- endif -%}
  {%- endfor -%}
  {%- do statements.append(run_ledger.close_job_statement(run_ledger.process_step_id(), status, {
    'destination_data_cnt_obj': run_ledger.json_literal(run_ledger.job_counts(steps, run_ledger.planned_models())),
    'step_execution_obj': document.expression,
    'error_message_obj': error_document.expression,
  })) -%}
  {%- set answer = run_ledger.run_guarded(statements) -%}
  {#- Apart, because a role without the right to delete must still close its row. -#}
  {%- set cleared = run_ledger.run_guarded([run_ledger.delete_events_statement(run_ledger.process_step_id())]) -%}
  {%- if cleared.error -%}
    {%- do log('run_ledger: could not delete the events of this job: ' ~ run_ledger.redact(cleared.error)) -%}
  {%- endif -%}
  {{- return(answer) -}}
{% endmacro %}
