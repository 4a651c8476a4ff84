{#- A pre-hook: the model shows as RUNNING in the job's row. One statement that cannot fail the model or wait for a lock. -#}
{% macro start_model() %}
  {{- return(run_ledger.model_event('STARTED')) -}}
{% endmacro %}
