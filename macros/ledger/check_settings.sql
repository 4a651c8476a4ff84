{#- Raises on the first setting that is unknown or has a bad value. -#}
{% macro check_settings() %}
  {%- set specs = run_ledger.setting_specs() -%}
  {%- for name in run_ledger.given_settings() -%}
    {%- if name not in specs -%}
      {{- exceptions.raise_compiler_error(run_ledger.unknown_setting_message(name)) -}}
    {%- endif -%}
  {%- endfor -%}
  {%- for name in specs -%}
    {%- do run_ledger.setting(name) -%}
  {%- endfor -%}
{% endmacro %}
