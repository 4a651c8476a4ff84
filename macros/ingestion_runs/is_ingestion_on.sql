{#- Whether a verb writes: hooks are also rendered, and partly run, for commands that build nothing. -#}
{% macro is_ingestion_on() %}
  {%- if execute and flags.WHICH == 'run-operation' -%}
    {%- do run_ledger.check_settings() -%}
    {%- if not run_ledger.is_ledger_on('ingestion_runs') -%}
      {{- exceptions.raise_compiler_error("run_ledger.is_ingestion_on(): expected ingestion_runs among run_ledger_ledgers, got "
        ~ run_ledger.setting('run_ledger_ledgers') | join(', ') ~ '. Add it under vars in dbt_project.yml.') -}}
    {%- endif -%}
  {%- endif -%}
  {{- return(execute and flags.WHICH in ('run', 'build', 'seed', 'snapshot', 'test', 'retry', 'run-operation')
    and run_ledger.is_ledger_on('ingestion_runs')) -}}
{% endmacro %}
