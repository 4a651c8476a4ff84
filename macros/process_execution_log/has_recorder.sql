{#- Whether the recorder of the wheel writes the progress of this very invocation. It says so in dbt's own copy of the
    environment, where nothing that dbt starts inherits it. Ask only where is_job() holds: parsing must not depend on it. -#}
{% macro has_recorder() %}
  {{- return(env_var('RUN_LEDGER_RECORDER_OF', '') == invocation_id) -}}
{% endmacro %}
