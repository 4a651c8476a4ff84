{#- How many models the selection of this invocation names, ephemeral ones included. -#}
{% macro planned_models() %}
  {%- set models = [] -%}
  {%- for id in selected_resources if id.startswith('model.') -%}
    {%- do models.append(id) -%}
  {%- endfor -%}
  {{- return(models | length) -}}
{% endmacro %}
