{#- Statements that remove rows of an append-only table: {first, last}, before and after what is done with the rows.
    partition: the partition that they fill, or none. -#}
{% macro remove_logs(relation, here, partition=none) %}
  {{- return(adapter.dispatch('remove_logs', 'run_ledger')(relation, here, partition)) -}}
{% endmacro %}

{% macro default__remove_logs(relation, here, partition) %}
  {{- return({'first': [], 'last': ['delete from ' ~ relation ~ ' where ' ~ here]}) -}}
{% endmacro %}

{#- The lock lets one archive at a time count, which at READ COMMITTED would both; a whole month goes with its partition; what is less passes the trigger of append_only() under its setting:
    postgresql.org/docs/current/ddl-partitioning.html -#}
{% macro postgres__remove_logs(relation, here, partition) %}
  {{- return({'first': ['lock table ' ~ relation ~ ' in exclusive mode'], 'last': ['drop table ' ~ partition] if partition else [
    "perform set_config('run_ledger.retention', 'on', true)",
    'delete from ' ~ relation ~ ' where ' ~ here,
    "perform set_config('run_ledger.retention', 'off', true)"]}) -}}
{% endmacro %}
