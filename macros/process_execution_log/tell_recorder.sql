{#- A word to the recorder of the wheel, which listens to dbt's events on the same thread: "started" once the row is there,
    "ending" before the end is written, after which it writes no progress, "closed" once it is, or the error. -#}
{% macro tell_recorder(word) %}
  {%- if run_ledger.has_recorder() -%}
    {%- do log('run_ledger to its recorder: ' ~ word) -%}
  {%- endif -%}
{% endmacro %}
