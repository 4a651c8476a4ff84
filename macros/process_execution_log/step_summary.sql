{#- How many steps stand in each status. -#}
{% macro step_summary(steps) %}
  {%- set counts = {'RUNNING': 0, 'SUCCESS': 0, 'ERROR': 0, 'SKIPPED': 0, 'WARN': 0, 'CANCELLED': 0} -%}
  {%- for step in steps -%}
    {%- do counts.update({step.status: counts[step.status] + 1}) -%}
  {%- endfor -%}
  {{- return({
    'total': steps | length, 'success': counts['SUCCESS'], 'error': counts['ERROR'], 'running': counts['RUNNING'],
    'skipped': counts['SKIPPED'], 'warn': counts['WARN'], 'cancelled': counts['CANCELLED'],
  }) -}}
{% endmacro %}
