{#- The one column list of processing_logs and of its warm months, in the order of the source document.
    key_type: integer for the warm months, whose rows have their numbers already. -#}
{% macro processing_logs_columns(key_type='key') %}
  {{- return([
    {'name': 'log_id', 'type': key_type, 'not_null': true,
     'comment': 'Number of the row, given by the warehouse, on DuckDB by the writer. Gaps are normal: they prove nothing.'},
    {'name': 'execution_name', 'type': 'varchar(80)', 'not_null': true,
     'comment': 'The run that wrote the row, user-log-YYYYMMDD-HHMMSS for a CSV file.'},
    {'name': 'user_id', 'type': 'varchar(10)', 'not_null': false,
     'comment': 'The user. Personal data. NULL: the line of the file had no user_id that fits.'},
    {'name': 'processing_type', 'type': 'varchar(50)', 'not_null': true,
     'comment': 'login_update or post_update; free for others.'},
    {'name': 'old_value', 'type': 'int32', 'not_null': false,
     'comment': 'Value before. NULL: there was none, or the user is not known.'},
    {'name': 'new_value', 'type': 'int32', 'not_null': false,
     'comment': 'Value after, or the one that was refused. NULL: the file had no number.'},
    {'name': 'status', 'type': 'varchar(20)', 'not_null': true,
     'comment': 'success, failed or skipped.'},
    {'name': 'error_message', 'type': 'text', 'not_null': false,
     'comment': 'Why it failed, or was skipped. NULL: it did not.'},
    {'name': 'processed_at', 'type': 'timestamp', 'not_null': true, 'default': run_ledger.now_utc(),
     'comment': 'When, UTC. Decides the month in which the row is kept and archived.'},
    {'name': 'retention_class', 'type': 'varchar(20)', 'not_null': true, 'default': "'standard'",
     'comment': 'Class of the policy that says how long the row is kept.'},
    {'name': 'metadata', 'type': 'json', 'not_null': false,
     'comment': 'Facts about this row alone, such as the line of the file. NULL: none.'},
  ]) -}}
{% endmacro %}
