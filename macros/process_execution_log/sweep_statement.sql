{#- What closes the rows of jobs that gave no sign of life for longer than their lease, and nothing when there is none. The
    end of such a job is its last sign of life; what ran then is CANCELLED. -#}
{% macro sweep_statement() %}
  {%- set jobs = run_ledger.ledger_relation('process_execution_log') -%}
  {%- set lease = run_ledger.json_value('process_config_obj', ['lease_minutes'], 'integer') -%}
  {%- set is_lost -%}
    execution_completed_ind = 'N' and execution_type_name = 'DBT_JOB_RUN' and update_tmstp < {{ run_ledger.milliseconds_after(
      run_ledger.now_utc(), '-60000 * coalesce(' ~ lease ~ ', ' ~ run_ledger.setting('run_ledger_lease_minutes') ~ ')') }}
  {%- endset -%}
  {%- set lost = 'select process_step_id from ' ~ jobs ~ ' where ' ~ is_lost -%}
  {%- set errors = run_ledger.parse_json(run_ledger.sql_literal(run_ledger.json_text([{
    'unique_id': none, 'model_name': none, 'resource_type': 'job', 'status': 'lost',
    'message': 'No sign of life for longer than the lease; closed by ' ~ run_ledger.process_step_id(),
  }]))) -%}
  {{- return({'when': lost ~ run_ledger.skip_locked(), 'then': [
    run_ledger.fold_statement('process_step_id in (' ~ lost ~ ')', 'CANCELLED', "'JOB_LOST'", false),
    run_ledger.move_row(jobs, {
      'execution_status_name': run_ledger.sql_literal('LOST'),
      'execution_completed_ind': run_ledger.sql_literal('Y'),
      'execution_end_tmstp': 'update_tmstp',
      'extract_end_tmstp': 'update_tmstp',
      'update_tmstp': run_ledger.now_utc(),
      'error_message_obj': errors,
    }, 'process_step_id in (' ~ lost ~ run_ledger.skip_locked() ~ ')'),
  ]}) -}}
{% endmacro %}
