{#- The id of an invocation's row, of this invocation when none is given. -#}
{% macro process_step_id(id=none) %}
  {%- set id = id or invocation_id -%}
  {{- return(id if id.startswith('JOB_') else 'JOB_' ~ id) -}}
{% endmacro %}
