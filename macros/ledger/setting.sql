{#- The value of a setting: the root project's var of that name, else the default in setting_specs(). For a list of names
    the list of their values: one call instead of many, where it is made for every model (adr-0006). -#}
{% macro setting(name) %}
  {%- set specs = run_ledger.setting_specs() -%}
  {%- set values = [] -%}
  {%- for each in ([name] if name is string else name) -%}
    {%- if each not in specs -%}
      {{- exceptions.raise_compiler_error(run_ledger.unknown_setting_message(each)) -}}
    {%- endif -%}
    {%- set default = specs[each].default -%}
    {%- set value = var(each, default) -%}
    {#- A default needs no check, and most settings are left at theirs. -#}
    {%- do values.append(value if value is sameas default else run_ledger.checked_setting(each, value, specs[each])) -%}
  {%- endfor -%}
  {{- return(values[0] if name is string else values) -}}
{% endmacro %}
