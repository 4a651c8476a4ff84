{#- An SQL condition on column_name: the columns whose values must not be stored, by dbt's tags and by setting. -#}
{% macro personal_condition(personal) %}
  {%- if '*' in personal -%}
    {{- return('true') -}}
  {%- endif -%}
  {%- set names = [] -%}
  {%- for name in personal + run_ledger.setting('run_ledger_profile_personal_columns') -%}
    {%- do names.append(run_ledger.sql_literal(name | lower)) -%}
  {%- endfor -%}
  {{- return('lower(column_name) in (' ~ names | join(', ') ~ ')' if names else '1 = 0') -}}
{% endmacro %}
