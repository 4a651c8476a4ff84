{#- A setting's value in its own type, or a compile error that names the setting and what it may be. -#}
{% macro checked_setting(name, value, spec) %}
  {%- if value is none and spec.get('optional') -%}
    {{- return(none) -}}
  {%- endif -%}
  {#- env_var() inside vars always gives text, so text that reads as the type is the type. -#}
  {%- set text = (value ~ '') | trim -%}
  {%- set type = spec.type -%}
  {%- set numeric = modules.re.match('^-?[0-9]+([.][0-9]+)?$', text) and value is not boolean -%}
  {%- if type == 'boolean' and text | lower in ('true', 'false') -%}
    {{- return(text | lower == 'true') -}}
  {%- elif type == 'integer' and numeric and '.' not in text and (text | int) >= spec.at_least -%}
    {{- return(text | int) -}}
  {%- elif type == 'number' and numeric and (text | float) >= spec.at_least -%}
    {{- return(text | float) -}}
  {%- elif type == 'name' and value is string and modules.re.match('^[A-Za-z_][A-Za-z0-9_$-]{0,254}$', text) -%}
    {{- return(text) -}}
  {%- elif type == 'quoted_name' and value is string and modules.re.match('^[^"\\r\\n]{1,255}$', value) -%}
    {{- return(value) -}}
  {%- elif type == 'text' and value is string and text and (spec.allowed is not defined or text in spec.allowed) -%}
    {{- return(text) -}}
  {%- elif type == 'list' and value is sequence and value is not string and value is not mapping
      and (spec.allowed is not defined or value | reject('in', spec.allowed) | list | length == 0) -%}
    {{- return(value | list) -}}
  {%- elif type == 'mapping' and value is mapping -%}
    {{- return(value) -}}
  {%- endif -%}
  {{- exceptions.raise_compiler_error(
    'run_ledger.setting(): expected ' ~ run_ledger.setting_expectation(spec) ~ ' for ' ~ name ~ ', got ' ~ value
    ~ '. Correct it under vars in dbt_project.yml or in --vars.') -}}
{% endmacro %}
