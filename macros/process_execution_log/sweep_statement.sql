{#- What closes the rows of jobs that gave no sign of life for longer than their lease, and nothing when there is none. The
    end of such a job is its last sign of life; what ran then is CANCELLED. -#}
{% macro sweep_statement() %}
  {%- set jobs = run_ledger.ledger_relation('process_execution_log') -%}
  {%- set lost = 'select process_step_id from ' ~ jobs ~ ' where ' ~ run_ledger.is_lease_over() -%}
  {%- set errors = [{
    'unique_id': none, 'model_name': none, 'resource_type': 'job', 'status': 'lost',
    'message': 'No sign of life for longer than the lease; closed by ' ~ run_ledger.process_step_id(),
  }] -%}
  {%- set documents = run_ledger.cut_off_documents('JOB_LOST') -%}
  {{- return({'when': lost ~ run_ledger.skip_locked(), 'then': [
    run_ledger.fold_statement('process_step_id in (' ~ lost ~ run_ledger.skip_locked() ~ ')', open_status='CANCELLED', is_alive=false),
    run_ledger.move_row(jobs, {
      'execution_status_name': run_ledger.sql_literal('LOST'),
      'execution_completed_ind': run_ledger.sql_literal('Y'),
      'execution_end_tmstp': 'update_tmstp',
      'extract_end_tmstp': 'update_tmstp',
      'update_tmstp': run_ledger.now_utc(),
      'destination_data_cnt_obj': documents.destination_data_cnt_obj,
      'step_execution_obj': documents.step_execution_obj,
      'error_message_obj': run_ledger.json_literal(errors),
    }, 'process_step_id in (' ~ lost ~ run_ledger.skip_locked() ~ ')'),
    'delete from ' ~ run_ledger.ledger_relation('process_execution_log', '_events') ~ ' where process_step_id in (select process_step_id from '
      ~ jobs ~ " where execution_completed_ind = 'Y')",
  ]}) -}}
{% endmacro %}
