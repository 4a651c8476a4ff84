{#- run-operation: closes the row of a job that did not close it itself. Its steps stay as they stood, open ones CANCELLED. -#}
{% macro close_job(id=none, status='CANCELLED', message=none) %}
  {%- if execute -%}
    {%- do run_ledger.check_settings() -%}
    {%- if not id -%}
      {{- exceptions.raise_compiler_error(
        "run_ledger.close_job(): expected the id of a job, got none. Give --args '{id: <invocation id>}'.") -}}
    {%- elif status not in ('SUCCESS', 'FAILED', 'CANCELLED', 'LOST') -%}
      {{- exceptions.raise_compiler_error(
        'run_ledger.close_job(): expected the status SUCCESS, FAILED, CANCELLED or LOST, got ' ~ status ~ '. Correct --args.') -}}
    {%- endif -%}
    {%- set step_id = run_ledger.process_step_id(id ~ '') -%}
    {%- set errors = [] if status == 'SUCCESS' else [{
      'unique_id': none, 'model_name': none, 'resource_type': 'job', 'status': status | lower,
      'message': run_ledger.redact(message or 'Closed by run-operation close_job'),
    }] -%}
    {%- set here = 'process_step_id = ' ~ run_ledger.sql_literal(step_id) -%}
    {%- set found = run_ledger.write_ledger('process_execution_log', [], run_ledger.job_status_query(step_id)) -%}
    {%- if found.error or found.value != 'RUNNING' -%}
      {{- exceptions.raise_compiler_error('run_ledger.close_job(): expected a RUNNING job ' ~ step_id ~ ', got '
        ~ (run_ledger.redact(found.error or found.value or 'no such row')) ~ '. A closed row never changes.') -}}
    {%- endif -%}
    {%- set documents = run_ledger.cut_off_documents('JOB_COMPLETED' if status == 'SUCCESS' else 'JOB_' ~ status) -%}
    {%- set answer = run_ledger.run_guarded([
      run_ledger.fold_statement(here, open_status='CANCELLED'),
      run_ledger.close_job_statement(step_id, status, {
        'destination_data_cnt_obj': documents.destination_data_cnt_obj,
        'step_execution_obj': documents.step_execution_obj,
        'error_message_obj': run_ledger.json_literal(errors),
      }),
      run_ledger.delete_events_statement(step_id),
    ], run_ledger.job_status_query(step_id)) -%}
    {%- if answer.error or answer.value != status -%}
      {{- exceptions.raise_compiler_error('run_ledger.close_job(): ' ~ run_ledger.redact(answer.error or 'the row is ' ~ answer.value)) -}}
    {%- endif -%}
    {%- do log('run_ledger: ' ~ step_id ~ ' is closed as ' ~ status, info=true) -%}
  {%- endif -%}
{% endmacro %}
