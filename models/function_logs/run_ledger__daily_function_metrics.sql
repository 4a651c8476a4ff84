{#- Days of which an hour's sketch changed are merged anew, from all their hours; the logs are not read. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs'), full_refresh=false,
          materialized='incremental', incremental_strategy='delete+insert', unique_key='metric_date',
          indexes=run_ledger.model_indexes(['metric_date', 'updated_at'])) }}

select
  cast(period as date) as metric_date,
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
  total_duration_seconds,
  error_rate,
  updated_at
from (

  {{ run_ledger.sketch_metrics(ref('run_ledger__hourly_function_sketch'), this, 'day') }}

) as metrics
