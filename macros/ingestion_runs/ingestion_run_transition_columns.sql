{#- The one column list of the audit beside ingestion_runs: one row per accepted move, never changed. -#}
{% macro ingestion_run_transition_columns() %}
  {{- return([
    {'name': 'run_id', 'type': 'uuid', 'not_null': true, 'comment': 'The run that moved.'},
    {'name': 'from_status', 'type': 'varchar(16)', 'not_null': true, 'comment': 'The status that it left.'},
    {'name': 'to_status', 'type': 'varchar(16)', 'not_null': true,
     'comment': 'The status that it reached; with run_id the key, because no run reaches a status twice.'},
    {'name': 'moved_at', 'type': 'instant', 'not_null': true, 'comment': 'When it moved, UTC; equals started_at or finished_at of the run.'},
    {'name': 'actor', 'type': 'varchar(64)', 'not_null': true, 'comment': 'Who moved it.'},
    {'name': 'trace_id', 'type': 'varchar(64)', 'not_null': true, 'comment': 'The trace of the run.'},
    {'name': 'event_key', 'type': 'varchar(128)', 'not_null': true,
     'comment': 'Key of the event that asked for the move; the same event delivered again changes nothing. Made up when the event had none.'},
    {'name': 'reason', 'type': 'text', 'not_null': false, 'comment': 'Why, redacted. NULL: nothing was said.'},
  ]) -}}
{% endmacro %}
