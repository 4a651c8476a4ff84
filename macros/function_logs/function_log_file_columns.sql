{#- The one column list of the files that were loaded, which is what makes a file load once. -#}
{% macro function_log_file_columns() %}
  {{- return([
    {'name': 'file_name', 'type': 'text', 'not_null': true, 'comment': 'File that was loaded; one row each.'},
    {'name': 'byte_count', 'type': 'integer', 'not_null': true, 'comment': 'Bytes of the file.'},
    {'name': 'line_count', 'type': 'integer', 'not_null': true, 'comment': 'Lines that are not blank.'},
    {'name': 'entry_count', 'type': 'integer', 'not_null': true, 'comment': 'Lines that became entries.'},
    {'name': 'reject_count', 'type': 'integer', 'not_null': true, 'comment': 'Lines that became rejects.'},
    {'name': 'loaded_at', 'type': 'timestamp', 'not_null': true, 'comment': 'When it was loaded, UTC.'},
  ]) -}}
{% endmacro %}
