{#- run-operation: creates or replaces the procedures of the profile ledger, after a change of the package or of its settings. -#}
{% macro create_profile_procedures() %}
  {%- if execute -%}
    {%- do run_ledger.check_settings() -%}
    {%- set statements = run_ledger.profile_procedures(run_ledger.profile_procedure_parts()) -%}
    {%- set answer = run_ledger.write_ledger('profile_runs', statements) -%}
    {%- if answer.error -%}
      {{- exceptions.raise_compiler_error('run_ledger.create_profile_procedures(): ' ~ run_ledger.redact(answer.error)) -}}
    {%- endif -%}
    {%- do log('run_ledger: ' ~ (('created the procedures of profile_runs in ' ~ run_ledger.setting('run_ledger_schema')) if statements
      else adapter.type() ~ ' has no procedures'), info=true) -%}
  {%- endif -%}
{% endmacro %}
