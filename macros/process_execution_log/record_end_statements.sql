{#- What closes one job from outside, or writes its row where there is none. end: process_step_id, status, started and ended
    (seconds since 1970 by the client's clock), facts, counts, document, errors. -#}
{% macro record_end_statements(end) %}
  {#- By the clock of the warehouse: so long before now. -#}
  {%- set now = (modules.datetime.datetime.utcnow() - modules.datetime.datetime(1970, 1, 1)).total_seconds() -%}
  {%- set ended = run_ledger.milliseconds_after(run_ledger.now_utc(), ((end.ended - now) * 1000) | int) -%}
  {%- set started = run_ledger.milliseconds_after(run_ledger.now_utc(), ((end.started - now) * 1000) | int) -%}
  {#- Only the job itself knew its plan. -#}
  {%- set counts = {'planned_models': run_ledger.json_part('destination_data_cnt_obj', 'planned_models')} -%}
  {%- for name in ['total_models', 'completed', 'failed', 'running', 'skipped', 'cancelled'] -%}
    {%- do counts.update({name: run_ledger.sql_literal(end.counts.get(name))}) -%}
  {%- endfor -%}
  {%- set row = {
    'step_execution_obj': run_ledger.json_literal(end.document), 'error_message_obj': run_ledger.json_literal(end.errors),
    'destination_data_cnt_obj': run_ledger.json_object(counts), 'execution_end_tmstp': ended, 'extract_end_tmstp': ended,
  } -%}
  {%- set close = run_ledger.close_job_statement(end.process_step_id, end.status, row) -%}
  {%- set told = run_ledger.job_facts() -%}
  {#- Names become SQL as they are, and a file may have met somebody while it waited: only the package's own count. -#}
  {%- for name in end.facts if name in told -%}
    {%- do told.update({name: end.facts[name]}) -%}
  {%- endfor -%}
  {#- A key begins with a project's name, which is that of the job and not of this operation. -#}
  {%- set key = run_ledger.job_key(end.facts.command, end.facts.selection) -%}
  {%- set is_made_up = key.startswith(project_name ~ ':') -%}
  {%- do told.update({'job_key': end.facts.project_name ~ key[project_name | length:] if is_made_up else key}) -%}
  {%- set facts = {'clock_offset_ms': run_ledger.clock_offset()} -%}
  {%- for name, value in told.items() -%}
    {%- do facts.update({name: run_ledger.json_literal(value) if value is mapping else run_ledger.sql_literal(value)}) -%}
  {%- endfor -%}
  {%- do row.update({
    'process_step_id': run_ledger.sql_literal(end.process_step_id), 'execution_type_name': run_ledger.sql_literal('DBT_JOB_RUN'),
    'execution_status_name': run_ledger.sql_literal(end.status), 'execution_completed_ind': run_ledger.sql_literal('Y'),
    'execution_start_tmstp': started, 'extract_start_tmstp': started, 'insert_tmstp': run_ledger.now_utc(),
    'update_tmstp': run_ledger.now_utc(), 'deleted_ind': run_ledger.sql_literal('N'),
    'source_obj': run_ledger.json_literal({'type': 'DBT_JOB', 'project_name': end.facts.project_name}),
    'destination_obj': run_ledger.json_literal({'target_name': target.name, 'target_schema': target.schema}),
    'process_config_obj': run_ledger.json_object(facts), 'destination_data_cnt_obj': run_ledger.json_literal(end.counts),
  }) -%}
  {{- return([close, run_ledger.insert_once(run_ledger.ledger_relation('process_execution_log'), 'process_step_id', row,
    'process_execution_log_sk'), run_ledger.delete_events_statement(end.process_step_id)]) -}}
{% endmacro %}
