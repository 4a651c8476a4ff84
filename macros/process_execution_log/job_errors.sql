{#- ERROR_MESSAGE_OBJ: one object per failed step, with redacted and shortened text, which also replaces the step's own.
    Many errors share the room that one row has for text. A job with nodes of which nothing is known did not succeed. -#}
{% macro job_errors(steps) %}
  {%- set failed = steps | selectattr('status', 'equalto', 'ERROR') | list -%}
  {%- set warned = steps | selectattr('status', 'equalto', 'WARN') | list -%}
  {%- set room = [run_ledger.setting('run_ledger_max_error_chars'), 1000000 // ([1, failed | length + warned | length] | max)] | min -%}
  {%- for step in failed + warned -%}
    {%- do step.update({'error': run_ledger.shortened(run_ledger.redact(step.error), room)}) -%}
  {%- endfor -%}
  {%- set errors = [] -%}
  {%- for step in failed -%}
    {%- do errors.append({
      'unique_id': step.unique_id, 'model_name': step.model_name, 'resource_type': step.resource_type,
      'status': step.dbt_status, 'message': step.error,
    }) -%}
  {%- endfor -%}
  {%- set silent = run_ledger.silent_nodes(steps) -%}
  {%- if silent -%}
    {%- do errors.append({
      'unique_id': none, 'model_name': none, 'resource_type': 'job', 'status': 'no result',
      'message': 'dbt reported nothing of ' ~ silent | length ~ ' selected nodes, first ' ~ silent[0],
    }) -%}
  {%- endif -%}
  {{- return(errors) -}}
{% endmacro %}
