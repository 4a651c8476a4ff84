{#- A scalar query of what the end of this job needs, as in N250: the completed indicator and the clock offset in
    milliseconds; null when the row is missing. Measuring an offset can only make it too large, by the time the statement
    travelled, so the smaller of two is the better one. -#}
{% macro job_state_query() %}
  {%- set offset = run_ledger.json_value('process_config_obj', ['clock_offset_ms'], 'integer') -%}
  {%- set offset_now = run_ledger.clock_offset() -%}
  {{- return("(select max(execution_completed_ind || cast(case when " ~ offset ~ " < " ~ offset_now ~ " then " ~ offset
    ~ " else " ~ offset_now ~ " end as " ~ run_ledger.sql_type('text') ~ ")) from "
    ~ run_ledger.ledger_relation('process_execution_log') ~ " where process_step_id = "
    ~ run_ledger.sql_literal(run_ledger.process_step_id()) ~ ")") -}}
{% endmacro %}
