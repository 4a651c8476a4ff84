{#- The one column list of the lines that are no log entries: kept whole, so that nothing is lost. -#}
{% macro function_log_reject_columns() %}
  {{- return([
    {'name': 'file_name', 'type': 'text', 'not_null': true, 'comment': 'File that the line stands in.'},
    {'name': 'line_number', 'type': 'integer', 'not_null': true, 'comment': 'Line of the file, from 1.'},
    {'name': 'reason', 'type': 'text', 'not_null': true, 'comment': 'Why it is no log entry.'},
    {'name': 'line_text', 'type': 'text', 'not_null': true, 'comment': 'The line without its secrets.'},
    {'name': 'rejected_at', 'type': 'timestamp', 'not_null': true, 'comment': 'When it was found, UTC.'},
  ]) -}}
{% endmacro %}
