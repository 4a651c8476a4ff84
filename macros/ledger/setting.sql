{#- The value of one setting: the root project's var of that name, else the default in setting_specs(). -#}
{% macro setting(name) %}
  {%- set specs = run_ledger.setting_specs() -%}
  {%- if name not in specs -%}
    {{- exceptions.raise_compiler_error(run_ledger.unknown_setting_message(name)) -}}
  {%- endif -%}
  {{- return(run_ledger.checked_setting(name, var(name, specs[name].default), specs[name])) -}}
{% endmacro %}
