{#- Every line of the raw logs, typed, with what people look for in its documents as columns of its own. Copies of an entry are
    still here: stg_run_ledger__function_logs leaves them out. A view, so that a condition on log_year, log_month, log_day and
    log_hour reaches the files; what is older than the horizon is not read at all, as of the build. -#}
{{ config(materialized='view', enabled=run_ledger.setting('run_ledger_models') and run_ledger.is_ledger_on('function_logs')) }}

{{ run_ledger.log_lines(source('run_ledger', 'function_logs')) }}
