{#- A post-hook: the model shows as SUCCESS in the job's row. One statement that cannot fail the model or wait for a lock. -#}
{% macro finish_model() %}
  {{- return(run_ledger.model_event('FINISHED')) -}}
{% endmacro %}
