{#- The source document's materialized view by its name and its columns, and more. Hours whose sketch changed are merged anew. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs'), alias='hourly_function_metrics', full_refresh=false,
          materialized='incremental', incremental_strategy='delete+insert', unique_key='hour',
          indexes=run_ledger.model_indexes(['hour', 'updated_at'])) }}

select
  period as hour,
  function_name,
  total_invocations,
  errors,
  avg_duration_ms,
  p99_duration_ms,
  p50_duration_ms,
  p95_duration_ms,
  min_duration_ms,
  max_duration_ms,
  total_log_entries,
  error_log_entries,
  warning_log_entries,
  measured_entries,
  sla_violations,
  distinct_status_codes,
  total_duration_seconds,
  error_rate,
  updated_at
from (

  {{ run_ledger.sketch_metrics(ref('run_ledger__hourly_function_sketch'), this, 'hour') }}

) as metrics
