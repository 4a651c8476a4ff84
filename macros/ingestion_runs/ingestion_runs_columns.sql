{#- The one column list of ingestion_runs, in the order of the source document. -#}
{% macro ingestion_runs_columns() %}
  {{- return([
    {'name': 'run_id', 'type': 'uuid', 'not_null': true, 'comment': 'The run; never used twice.'},
    {'name': 'run_kind', 'type': 'varchar(32)', 'not_null': true,
     'comment': 'What is collected: official_ingestion, appearance_supplement or incremental_update, or the words of run_ledger_ingestion_kinds.'},
    {'name': 'mode', 'type': 'varchar(16)', 'not_null': true, 'comment': 'manual or scheduled.'},
    {'name': 'status', 'type': 'varchar(16)', 'not_null': true,
     'comment': 'queued, running, succeeded, failed, partial or cancelled. Only queued and running ever change.'},
    {'name': 'target_types', 'type': 'text_list', 'not_null': true,
     'comment': 'What is collected from: one at least of official, appearance, or of the words of run_ledger_ingestion_target_types.'},
    {'name': 'parent_run_id', 'type': 'uuid', 'not_null': false, 'comment': 'The run that this one runs again. NULL: it is a first run.'},
    {'name': 'requested_by', 'type': 'varchar(64)', 'not_null': false, 'comment': 'Who asked for it. NULL: nobody was named.'},
    {'name': 'started_at', 'type': 'instant', 'not_null': false, 'comment': 'When it became running, UTC. NULL: it is queued.'},
    {'name': 'finished_at', 'type': 'instant', 'not_null': false, 'comment': 'When it ended, UTC. NULL: it has not.'},
    {'name': 'target_count', 'type': 'int32', 'not_null': true, 'default': '0', 'comment': 'Number of things to collect.'},
    {'name': 'processed_count', 'type': 'int32', 'not_null': true, 'default': '0', 'comment': 'Number of things that were tried.'},
    {'name': 'success_count', 'type': 'int32', 'not_null': true, 'default': '0', 'comment': 'Number of things that were collected.'},
    {'name': 'failed_count', 'type': 'int32', 'not_null': true, 'default': '0', 'comment': 'Number of things that were tried and failed.'},
    {'name': 'unprocessed_count', 'type': 'int32', 'not_null': true, 'default': '0', 'comment': 'Number of things that were never tried.'},
    {'name': 'trace_id', 'type': 'varchar(64)', 'not_null': true, 'comment': 'Correlation id in the logs of the collecting services.'},
    {'name': 'created_at', 'type': 'instant', 'not_null': true, 'default': run_ledger.at_utc(),
     'comment': 'When the run was queued, UTC.'},
  ]) -}}
{% endmacro %}
