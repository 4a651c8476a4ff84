{#- The one column list of the run summary, column to type. The first four follow from the others: see run_summary_select(). -#}
{% macro run_summary_columns() %}
  {{- return({
    'run_summary_id': 'text', 'run_date': 'date', 'duration_seconds': 'float', 'queue_seconds': 'float',
    'ledger': 'text', 'run_id': 'text', 'job_key': 'text', 'target': 'text', 'status': 'text', 'ledger_status': 'text',
    'is_open': 'boolean', 'recorded_at': 'timestamp', 'queued_at': 'timestamp', 'started_at': 'timestamp', 'ended_at': 'timestamp',
    'total_count': 'integer', 'succeeded_count': 'integer', 'failed_count': 'integer', 'skipped_count': 'integer',
    'error': 'text', 'attempt': 'integer', 'parent_run_id': 'text', 'root_run_id': 'text', 'requested_by': 'text',
    'git_sha': 'text', 'git_branch': 'text', 'ci_system': 'text', 'ci_run_id': 'text', 'trace_id': 'text', 'changed_at': 'timestamp',
  }) -}}
{% endmacro %}
