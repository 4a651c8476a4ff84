{#- The one column list of the events that model hooks append and that are folded into the job's row. -#}
{% macro process_execution_log_event_columns() %}
  {{- return([
    {'name': 'process_step_id', 'type': 'text', 'not_null': true, 'comment': 'The job that the event belongs to.'},
    {'name': 'event_name', 'type': 'text', 'not_null': true,
     'comment': 'STARTED or FINISHED for a node; STEPS or ERRORS for a piece of a document too long for one statement.'},
    {'name': 'event_at', 'type': 'timestamp', 'not_null': true, 'comment': 'When the event was written, UTC.'},
    {'name': 'unique_id', 'type': 'text', 'not_null': false,
     'comment': 'unique_id of the node in dbt. NULL: a piece of a document.'},
    {'name': 'resource_type', 'type': 'text', 'not_null': false,
     'comment': 'model, seed, snapshot, test ... NULL: a piece of a document.'},
    {'name': 'model_name', 'type': 'text', 'not_null': false, 'comment': 'Name of the node. NULL: a piece of a document.'},
    {'name': 'database_name', 'type': 'text', 'not_null': false, 'comment': 'Database of the relation. NULL: it has none.'},
    {'name': 'schema_name', 'type': 'text', 'not_null': false, 'comment': 'Schema of the relation. NULL: it has none.'},
    {'name': 'thread_name', 'type': 'text', 'not_null': false,
     'comment': 'Thread of dbt that runs the node. NULL: dbt does not tell, as v2 does not.'},
    {'name': 'piece_number', 'type': 'integer', 'not_null': false, 'comment': 'Order of the pieces. NULL: not a piece.'},
    {'name': 'piece_text', 'type': 'text', 'not_null': false, 'comment': 'The piece. NULL: not a piece.'},
  ]) -}}
{% endmacro %}
