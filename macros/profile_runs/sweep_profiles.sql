{#- run-operation: closes profiles that have been RUNNING for longer than run_ledger_profile_lease_minutes, and says how many. -#}
{% macro sweep_profiles() %}
  {%- if execute -%}
    {%- do run_ledger.check_settings() -%}
    {%- set closed = "(select cast(count(*) as " ~ run_ledger.sql_type('text') ~ ") from " ~ run_ledger.ledger_relation('profile_runs')
      ~ " where error_code = 'ABANDONED')" -%}
    {%- set before = run_ledger.write_ledger('profile_runs', [], closed) -%}
    {%- set after = run_ledger.write_ledger('profile_runs', run_ledger.close_dead_profiles(true), closed) -%}
    {%- if before.error or after.error -%}
      {{- exceptions.raise_compiler_error('run_ledger.sweep_profiles(): ' ~ run_ledger.redact(before.error or after.error)) -}}
    {%- endif -%}
    {%- do log('run_ledger: ' ~ ((after.value | int) - (before.value | int)) ~ ' abandoned profiles closed', info=true) -%}
  {%- endif -%}
{% endmacro %}
