{#- The column lists of the tables beside the raw logs, by suffix: the files that were loaded, which is what makes a file load
    once; lines that are no entries, kept whole, so that nothing is lost; alert windows that somebody was told of, which is what
    makes a window fire once. -#}
{% macro function_log_side_columns() %}
  {{- return({
    'files': [
      {'name': 'file_name', 'type': 'text', 'not_null': true, 'comment': 'File that was loaded; one row each.'},
      {'name': 'byte_count', 'type': 'integer', 'not_null': true, 'comment': 'Bytes of the file.'},
      {'name': 'line_count', 'type': 'integer', 'not_null': true, 'comment': 'Lines that are not blank.'},
      {'name': 'entry_count', 'type': 'integer', 'not_null': true, 'comment': 'Lines that became entries.'},
      {'name': 'reject_count', 'type': 'integer', 'not_null': true, 'comment': 'Lines that became rejects.'},
      {'name': 'loaded_at', 'type': 'timestamp', 'not_null': true, 'comment': 'When it was loaded, UTC.'},
    ],
    'rejects': [
      {'name': 'file_name', 'type': 'text', 'not_null': true, 'comment': 'File that the line stands in.'},
      {'name': 'line_number', 'type': 'integer', 'not_null': true, 'comment': 'Line of the file, from 1.'},
      {'name': 'reason', 'type': 'text', 'not_null': true, 'comment': 'Why it is no log entry.'},
      {'name': 'line_text', 'type': 'text', 'not_null': true, 'comment': 'The line without its secrets; the beginning of one of more than 16 MB.'},
      {'name': 'rejected_at', 'type': 'timestamp', 'not_null': true, 'comment': 'When it was found, UTC.'},
    ],
    'notifications': [
      {'name': 'alert_window_id', 'type': 'text', 'not_null': true, 'comment': 'Alert, function and hour; one row each.'},
      {'name': 'status', 'type': 'text', 'not_null': true, 'comment': 'CLAIMED while it is being sent, then SENT.'},
      {'name': 'attempt', 'type': 'integer', 'not_null': true, 'comment': 'How often it was claimed.'},
      {'name': 'claimed_at', 'type': 'timestamp', 'not_null': true, 'comment': 'When it was last claimed, UTC.'},
      {'name': 'sent_at', 'type': 'timestamp', 'not_null': false, 'comment': 'When it was sent, UTC. NULL: not yet.'},
    ],
  }) -}}
{% endmacro %}
