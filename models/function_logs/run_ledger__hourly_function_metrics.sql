{#- The source document's materialized view by its name and its columns, and more. Hours whose sketch changed are merged anew. -#}
{{ config(enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs'), alias='hourly_function_metrics', full_refresh=false,
          materialized='incremental', incremental_strategy='delete+insert', on_schema_change='append_new_columns', unique_key='hour',
          indexes=run_ledger.model_indexes(['hour', 'updated_at'])) }}

{{ run_ledger.sketch_metrics(ref('run_ledger__hourly_function_sketch'), this, 'hour', 'hour') }}
