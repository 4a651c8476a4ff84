{#- The one column list of the raw function logs, in the order of the source document, and where each line came from. -#}
{% macro function_logs_columns() %}
  {{- return([
    {'name': 'log_id', 'type': 'text', 'not_null': false,
     'comment': 'Identity of the entry, given when it is written. NULL: its writer gave none.'},
    {'name': 'function_name', 'type': 'text', 'not_null': false, 'comment': 'Function that wrote the entry. NULL: against the format.'},
    {'name': 'invocation_id', 'type': 'text', 'not_null': false,
     'comment': 'Run of the function, with many entries each. NULL: written outside an invocation.'},
    {'name': 'level', 'type': 'text', 'not_null': false, 'comment': 'INFO, WARNING or ERROR, as written. NULL: against the format.'},
    {'name': 'message', 'type': 'text', 'not_null': false, 'comment': 'Text of the entry. NULL: it has none.'},
    {'name': 'timestamp', 'type': 'timestamp', 'not_null': false, 'comment': 'When it was written, UTC. NULL: against the format.'},
    {'name': 'duration_ms', 'type': 'float', 'not_null': false,
     'comment': 'Milliseconds that the invocation took. NULL: a start entry, not measured, or ended abnormally.'},
    {'name': 'status_code', 'type': 'integer', 'not_null': false, 'comment': 'HTTP status. NULL: no HTTP response is meant.'},
    {'name': 'exception', 'type': 'json', 'not_null': false,
     'comment': 'type, message, stacktrace and context of an exception. NULL: there was none.'},
    {'name': 'metadata', 'type': 'json', 'not_null': false,
     'comment': 'Whatever else the writer knows: environment, correlation_id, user_id. NULL: nothing.'},
    {'name': 'extra', 'type': 'json', 'not_null': false,
     'comment': 'Fields that the format does not know, but for those without a value. NULL: none.'},
    {'name': 'year', 'type': 'integer', 'not_null': true, 'comment': 'YEAR of the path, UTC. Name it in every query.'},
    {'name': 'month', 'type': 'integer', 'not_null': true, 'comment': 'MONTH of the path, without a leading zero.'},
    {'name': 'day', 'type': 'integer', 'not_null': true, 'comment': 'DAY of the path, without a leading zero.'},
    {'name': 'hour', 'type': 'integer', 'not_null': true, 'comment': 'HOUR of the path, 0 to 23.'},
    {'name': 'file_name', 'type': 'text', 'not_null': true, 'comment': 'File that the line stands in.'},
    {'name': 'line_number', 'type': 'integer', 'not_null': false,
     'comment': 'Line of the file, from 1. NULL: the warehouse reads the file in place and counts no lines.'},
  ]) -}}
{% endmacro %}
