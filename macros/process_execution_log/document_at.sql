{#- STEP_EXECUTION_OBJ as it stands in the row, but for where the job stands. -#}
{% macro document_at(current_step) %}
  {{- return(run_ledger.json_object({
    'current_step': run_ledger.sql_literal(current_step),
    'summary': run_ledger.json_part('step_execution_obj', 'summary'),
    'models': run_ledger.json_part('step_execution_obj', 'models'),
  })) -}}
{% endmacro %}
