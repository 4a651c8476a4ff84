{#- The statements that roll up and remove one batch of due_log_batches(); they belong into one transaction. -#}
{% macro archive_statements(batch) %}
  {%- set warm = run_ledger.ledger_relation('processing_logs', '_warm') -%}
  {%- set partition = run_ledger.month_relation(run_ledger.ledger_relation('processing_logs'), batch.month) -%}
  {%- set removal = run_ledger.remove_logs(warm, batch.here, partition if batch.is_whole else none) -%}
  {{- return(
    removal.first + run_ledger.roll_up_statements('_summary_by_type',
      {'processed_date': 'cast(processed_at as date)', 'execution_name': 'execution_name', 'processing_type': 'processing_type', 'status': 'status'},
      {'row_count': 'count(*)'}, batch.here)
    + run_ledger.roll_up_statements('_summary',
      {'summary_date': 'cast(' ~ run_ledger.sql_literal(batch.month) ~ ' as date)', 'execution_name': 'execution_name'},
      {'total_processed': 'count(*)', 'success_count': "count(case when status = 'success' then 1 end)",
       'failed_count': "count(case when status = 'failed' then 1 end)", 'skipped_count': "count(case when status = 'skipped' then 1 end)"},
      batch.here)
    + [run_ledger.tombstone_statement(batch)]
    + removal.last) -}}
{% endmacro %}
