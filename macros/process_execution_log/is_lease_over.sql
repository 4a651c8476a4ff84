{#- The condition for a running job that gave no sign of life for longer than its lease, over columns of the ledger. -#}
{% macro is_lease_over() %}
  {%- set lease = run_ledger.json_value('process_config_obj', ['lease_minutes'], 'integer') -%}
  {{- return("execution_completed_ind = 'N' and execution_type_name = 'DBT_JOB_RUN' and update_tmstp < "
    ~ run_ledger.milliseconds_after(run_ledger.now_utc(),
      '-60000 * coalesce(' ~ lease ~ ', ' ~ run_ledger.setting('run_ledger_lease_minutes') ~ ')')) -}}
{% endmacro %}
