{#- The one column list of the alert windows that somebody was told of, which is what makes a window fire once. -#}
{% macro function_log_notification_columns() %}
  {{- return([
    {'name': 'alert_window_id', 'type': 'text', 'not_null': true, 'comment': 'Alert, function and hour; one row each.'},
    {'name': 'status', 'type': 'text', 'not_null': true, 'comment': 'CLAIMED while it is being sent, then SENT.'},
    {'name': 'attempt', 'type': 'integer', 'not_null': true, 'comment': 'How often it was claimed.'},
    {'name': 'claimed_at', 'type': 'timestamp', 'not_null': true, 'comment': 'When it was last claimed, UTC.'},
    {'name': 'sent_at', 'type': 'timestamp', 'not_null': false, 'comment': 'When it was sent, UTC. NULL: not yet.'},
  ]) -}}
{% endmacro %}
