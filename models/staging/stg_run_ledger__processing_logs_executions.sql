{#- The runs over CSV files. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('processing_logs')) }}
{{ run_ledger.ledger_rows(run_ledger.ledger_relation('processing_logs', '_executions'), run_ledger.processing_logs_side_columns()['executions']) }}
