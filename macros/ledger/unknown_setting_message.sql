{#- What a person reads who misspelled a setting. -#}
{% macro unknown_setting_message(name) %}
  {{- return(
    'run_ledger.setting(): expected one of ' ~ (run_ledger.setting_specs().keys() | list | sort | join(', '))
    ~ ', got ' ~ name ~ '. Correct the name under vars in dbt_project.yml or in --vars.') -}}
{% endmacro %}
