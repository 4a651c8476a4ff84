{#- Whether this invocation leaves a row: hooks are also rendered, and partly run, for commands that build nothing. -#}
{% macro is_job() %}
  {{- return(
    execute
    and flags.WHICH in ('run', 'build', 'seed', 'snapshot', 'test', 'freshness', 'source-freshness', 'retry', 'clone')
    and run_ledger.setting('run_ledger_enabled')
    and 'process_execution_log' in run_ledger.setting('run_ledger_ledgers')) -}}
{% endmacro %}
