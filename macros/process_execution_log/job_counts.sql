{#- DESTINATION_DATA_CNT_OBJ: the models among the steps. total_models is the sum of the five counts after it. -#}
{% macro job_counts(steps, planned_models) %}
  {%- set models = steps | selectattr('resource_type', 'equalto', 'model') | list -%}
  {%- set summary = run_ledger.step_summary(models) -%}
  {{- return({
    'total_models': summary.total, 'completed': summary.success + summary.warn, 'failed': summary.error,
    'running': summary.running, 'skipped': summary.skipped, 'cancelled': summary.cancelled,
    'planned_models': planned_models,
  }) -}}
{% endmacro %}
