{#- run-operation: closes the rows of jobs that gave no sign of life for longer than their lease, and says how many remain. -#}
{% macro sweep_jobs() %}
  {%- if execute -%}
    {%- do run_ledger.check_settings() -%}
    {%- set jobs = run_ledger.ledger_relation('process_execution_log') -%}
    {%- set lost = "(select cast(count(*) as " ~ run_ledger.sql_type('text') ~ ") from " ~ jobs ~ " where execution_status_name = 'LOST')" -%}
    {%- set before = run_ledger.write_ledger('process_execution_log', [], lost) -%}
    {%- set after = run_ledger.write_ledger('process_execution_log', [run_ledger.sweep_statement()], lost) -%}
    {%- if before.error or after.error -%}
      {{- exceptions.raise_compiler_error('run_ledger.sweep_jobs(): ' ~ run_ledger.redact(before.error or after.error)) -}}
    {%- endif -%}
    {%- do log('run_ledger: ' ~ ((after.value | int) - (before.value | int)) ~ ' jobs closed as LOST', info=true) -%}
  {%- endif -%}
{% endmacro %}
