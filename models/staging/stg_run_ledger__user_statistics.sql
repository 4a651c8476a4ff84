{#- The newest values of each user. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('processing_logs')) }}
{{ run_ledger.ledger_rows(run_ledger.ledger_relation('user_statistics'), run_ledger.processing_logs_side_columns()['user_statistics']) }}
