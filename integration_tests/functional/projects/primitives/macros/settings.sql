{#- run-operation: every setting as this invocation sees it. -#}
{% macro settings() %}
  {%- if execute -%}
    {%- do run_ledger.check_settings() -%}
    {%- set answers = {} -%}
    {%- for name in run_ledger.setting_specs() -%}
      {%- do answers.update({name: run_ledger.setting(name)}) -%}
    {%- endfor -%}
    {%- do log('ANSWERS ' ~ tojson(answers), info=true) -%}
  {%- endif -%}
{% endmacro %}

{#- run-operation: one value for one setting, without parsing the project anew as --vars would. -#}
{% macro give(name, value) %}
  {%- do run_ledger.checked_setting(name, value, run_ledger.setting_specs()[name]) -%}
{% endmacro %}

{% macro bad_pattern(pattern) %}
  {%- do modules.re.sub(pattern, '', '') -%}
{% endmacro %}
