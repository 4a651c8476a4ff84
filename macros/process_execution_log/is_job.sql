{#- Whether this invocation leaves a row: hooks are also rendered, and partly run, for commands that build nothing. -#}
{% macro is_job() %}
  {{- return(
    execute
    and flags.WHICH in ('run', 'build', 'seed', 'snapshot', 'test', 'freshness', 'source-freshness', 'retry', 'clone')
    and run_ledger.is_ledger_on('process_execution_log')) -}}
{% endmacro %}
