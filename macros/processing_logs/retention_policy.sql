{#- The checked policy: class to {hot_months, total_months}. A class that the setting does not name is kept like `standard`. -#}
{% macro retention_policy() %}
  {%- set policy = run_ledger.setting('run_ledger_processing_logs_retention') -%}
  {%- set checked = {'standard': {'hot_months': 6, 'total_months': 12}} -%}
  {%- for name, months in policy.items() -%}
    {%- set hot = (months or {}).get('hot_months') if months is mapping else none -%}
    {%- set total = (months or {}).get('total_months') if months is mapping else none -%}
    {%- if hot is not integer or total is not integer or hot < 1 or total < 1 or months | length != 2 or (name | length) > 20 -%}
      {{- exceptions.raise_compiler_error(
        'run_ledger.retention_policy(): expected {hot_months: 6, total_months: 12} with whole numbers from 1 for ' ~ name ~ ', got '
        ~ months ~ '. Correct run_ledger_processing_logs_retention under vars in dbt_project.yml or in --vars.') -}}
    {%- endif -%}
    {%- do checked.update({name: {'hot_months': hot, 'total_months': total}}) -%}
  {%- endfor -%}
  {{- return(checked) -}}
{% endmacro %}
