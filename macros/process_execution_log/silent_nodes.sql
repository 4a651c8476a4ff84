{#- The selected nodes of which dbt reported nothing although they run by themselves: after a failed on-run-start with
    skip_nodes_if_on_run_start_fails all of them, on dbt v2 a task that panicked. An ephemeral model is only a part of others. -#}
{% macro silent_nodes(steps) %}
  {%- set reported = {} -%}
  {%- for step in steps -%}
    {%- do reported.update({step.unique_id: true}) -%}
  {%- endfor -%}
  {%- set silent = [] -%}
  {%- for id in selected_resources if id not in reported -%}
    {%- set is_node = id in graph.nodes and graph.nodes[id].config.materialized != 'ephemeral' -%}
    {%- if is_node or id.startswith('unit_test.') -%}
      {%- do silent.append(id) -%}
    {%- endif -%}
  {%- endfor -%}
  {{- return(silent | sort) -}}
{% endmacro %}
