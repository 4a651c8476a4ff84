{#- Adds wait_ms to steps in start order: how long a step that could have run did not. It could from the end of the last step
    that it depends on, or from the start of the first step of the job. upstream: unique_id to the ids it depends on. -#}
{% macro add_waits(steps, upstream) %}
  {%- set ends = {} -%}
  {%- for step in steps -%}
    {%- do ends.update({step.unique_id: step.start_ms + step.duration_ms}) -%}
  {%- endfor -%}
  {%- for step in steps -%}
    {%- set ready = [steps[0].start_ms] -%}
    {%- for id in upstream[step.unique_id] if id in ends -%}
      {%- do ready.append(ends[id]) -%}
    {%- endfor -%}
    {%- set wait_ms = step.start_ms - ready | max -%}
    {%- do step.update({'wait_ms': wait_ms if wait_ms > 0 else 0}) -%}
  {%- endfor -%}
  {%- for step in steps -%}
    {%- do step.pop('start_ms') -%}
  {%- endfor -%}
{% endmacro %}
