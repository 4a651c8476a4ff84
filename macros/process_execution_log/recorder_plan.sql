{#- What the recorder of the wheel needs to know, read once a job, so that its writes cost no Jinja. Runs nothing itself. -#}
{% macro recorder_plan() %}
  {%- if not run_ledger.is_ledger_on('process_execution_log') -%}
    {{- return({'is_on': false}) -}}
  {%- endif -%}
  {%- set settings = run_ledger.setting(
    ['run_ledger_lock_timeout_ms', 'run_ledger_flush_seconds', 'run_ledger_max_error_chars']) -%}
  {{- return({
    'is_on': true,
    'binding': dbt.get_binding_char() | trim,
    'session': run_ledger.session_limits(settings[0]),
    'clock': none if run_ledger.clock_offset() == '0' else 'select ' ~ run_ledger.timestamp_text(run_ledger.now_utc()),
    'statements': run_ledger.recorder_statements(),
    'flush_seconds': settings[1],
    'lease_minutes': run_ledger.lease_minutes(),
    'max_error_chars': settings[2],
    'document_limit': run_ledger.statement_limit(),
    'planned_models': run_ledger.planned_models(),
  }) -}}
{% endmacro %}
