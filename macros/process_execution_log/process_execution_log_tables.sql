{#- The tables of the job ledger. -#}
{% macro process_execution_log_tables() %}
  {%- set name = run_ledger.setting('run_ledger_process_execution_log_identifier') -%}
  {{- return([
    {'suffix': '', 'columns': run_ledger.process_execution_log_columns(), 'indexes': [
      {'name': name ~ '_step_id', 'columns': ['process_step_id'], 'finds_one': true},
      {'name': name ~ '_insert_tmstp', 'columns': ['insert_tmstp']},
      {'name': name ~ '_running', 'columns': ['update_tmstp'], 'where': "execution_completed_ind = 'N'"},
    ]},
    {'suffix': '_events', 'columns': run_ledger.process_execution_log_event_columns(), 'indexes': [
      {'name': name ~ '_events_step_id', 'columns': ['process_step_id']},
    ]},
  ]) -}}
{% endmacro %}
