{#- The insert of this invocation's row, once however often it runs. started_at: SQL, by default this moment. -#}
{% macro insert_job_statement(started_at=none) %}
  {%- set now = run_ledger.now_utc() -%}
  {%- set facts = {'clock_offset_ms': run_ledger.clock_offset()} -%}
  {%- for name, value in run_ledger.job_facts().items() -%}
    {%- do facts.update({name: run_ledger.json_literal(value) if value is mapping else run_ledger.sql_literal(value)}) -%}
  {%- endfor -%}
  {{- return(run_ledger.insert_once(run_ledger.ledger_relation('process_execution_log'), 'process_step_id', {
    'process_step_id': run_ledger.sql_literal(run_ledger.process_step_id()),
    'execution_status_name': run_ledger.sql_literal('RUNNING'),
    'execution_completed_ind': run_ledger.sql_literal('N'),
    'execution_start_tmstp': started_at or now,
    'execution_type_name': run_ledger.sql_literal('DBT_JOB_RUN'),
    'extract_start_tmstp': started_at or now,
    'insert_tmstp': now,
    'update_tmstp': now,
    'deleted_ind': run_ledger.sql_literal('N'),
    'source_obj': run_ledger.json_literal({'type': 'DBT_JOB', 'project_name': project_name}),
    'destination_obj': run_ledger.json_literal({'target_name': target.name, 'target_schema': target.schema}),
    'process_config_obj': run_ledger.json_object(facts),
    'destination_data_cnt_obj': run_ledger.json_literal(run_ledger.job_counts([], run_ledger.planned_models())),
    'step_execution_obj': run_ledger.json_literal(run_ledger.job_document([], 'JOB_STARTED')),
    'error_message_obj': run_ledger.json_literal([]),
  }, 'process_execution_log_sk')) -}}
{% endmacro %}
