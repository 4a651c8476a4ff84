{#- STEP_EXECUTION_OBJ: where the job stands, the summary of its steps, and the steps. -#}
{% macro job_document(steps, current_step) %}
  {{- return({'current_step': current_step, 'summary': run_ledger.step_summary(steps), 'models': steps}) -}}
{% endmacro %}
