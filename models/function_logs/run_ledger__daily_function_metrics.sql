{#- Days of which an hour's sketch changed are merged anew, from all their hours; the logs are not read. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs'), full_refresh=false,
          materialized='incremental', incremental_strategy='delete+insert', on_schema_change='append_new_columns', unique_key='metric_date',
          indexes=run_ledger.model_indexes(['metric_date', 'updated_at'])) }}

{{ run_ledger.sketch_metrics(ref('run_ledger__hourly_function_sketch'), this, 'day', 'metric_date') }}
