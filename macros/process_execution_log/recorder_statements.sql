{#- The statements of the recorder, with <<names>> where it binds values. -#}
{% macro recorder_statements() %}
  {%- set table = run_ledger.ledger_relation('process_execution_log') -%}
  {%- set progress = {
    'update_tmstp': run_ledger.now_utc(),
    'destination_data_cnt_obj': run_ledger.parse_json('<<counts>>'),
    'step_execution_obj': run_ledger.parse_json('<<document>>'),
    'error_message_obj': run_ledger.parse_json('<<errors>>'),
  } -%}
  {%- set start = 'cast(<<started_at>> as ' ~ run_ledger.sql_type('timestamp') ~ ')' -%}
  {%- set end = start.replace('started', 'ended') -%}
  {%- set closed = {} -%}
  {%- do closed.update(progress) -%}
  {%- do closed.update({
    'execution_status_name': '<<status>>', 'execution_completed_ind': run_ledger.sql_literal('Y'),
    'execution_end_tmstp': end, 'extract_end_tmstp': end,
  }) -%}
  {%- set whole = {} -%}
  {%- do whole.update(closed) -%}
  {%- do whole.update({
    'process_step_id': '<<process_step_id>>', 'execution_start_tmstp': start, 'extract_start_tmstp': start,
    'execution_type_name': run_ledger.sql_literal('DBT_JOB_RUN'), 'insert_tmstp': run_ledger.now_utc(),
    'deleted_ind': run_ledger.sql_literal('N'), 'source_obj': run_ledger.parse_json('<<source>>'),
    'destination_obj': run_ledger.parse_json('<<destination>>'), 'process_config_obj': run_ledger.parse_json('<<config>>'),
  }) -%}
  {%- set here = "process_step_id = <<process_step_id>> and execution_completed_ind = 'N'" -%}
  {{- return({
    'alive': run_ledger.move_row(table, {'update_tmstp': run_ledger.now_utc()}, here),
    'progress': run_ledger.move_row(table, progress, here),
    'close': run_ledger.move_row(table, closed, here),
    'insert': run_ledger.insert_once(table, 'process_step_id', whole, 'process_execution_log_sk'),
  }) -}}
{% endmacro %}
