{#- Raises on the first setting that is unknown or has a bad value. -#}
{% macro check_settings() %}
  {%- set specs = run_ledger.setting_specs() -%}
  {%- for name in run_ledger.given_settings() -%}
    {%- if name not in specs -%}
      {{- exceptions.raise_compiler_error(run_ledger.unknown_setting_message(name)) -}}
    {%- endif -%}
  {%- endfor -%}
  {%- do run_ledger.setting(specs.keys() | list) -%}
  {%- do run_ledger.check_patterns() -%}
  {%- set database = run_ledger.setting('run_ledger_database') -%}
  {%- if database != target.database and not run_ledger.can_cross_databases() -%}
    {{- exceptions.raise_compiler_error(
      'run_ledger.setting(): expected ' ~ target.database ~ ' for run_ledger_database, got ' ~ database ~ '. ' ~ adapter.type()
      ~ ' writes to no other database than the one in the profile.') -}}
  {%- endif -%}
{% endmacro %}
