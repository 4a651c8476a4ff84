{#- The tables of the function logs. How the raw table itself is made differs most of all, see raw_log_table(). -#}
{% macro function_logs_tables() %}
  {%- set raw = run_ledger.ledger_relation('function_logs') -%}
  {%- set name = raw.identifier -%}
  {%- set columns = run_ledger.function_logs_columns() -%}
  {%- set beside = run_ledger.function_log_side_columns() -%}
  {%- set create = run_ledger.raw_log_table(raw, columns) -%}
  {{- return([
    {'suffix': '', 'columns': columns, 'create': create, 'migration': 'raw_log_table', 'is_commented': create[0].startswith('create table'), 'indexes': [
      {'name': name ~ '_partition', 'columns': ['year', 'month', 'day', 'hour']},
      {'name': name ~ '_log_id', 'columns': ['log_id']},
    ]},
    {'suffix': '_files', 'columns': beside.files, 'primary_key': ['file_name'], 'indexes': []},
    {'suffix': '_rejects', 'columns': beside.rejects, 'indexes': [
      {'name': name ~ '_rejects_file', 'columns': ['file_name']},
    ]},
    {'suffix': '_notifications', 'columns': beside.notifications,
     'primary_key': ['alert_window_id'], 'indexes': []},
  ]) -}}
{% endmacro %}
