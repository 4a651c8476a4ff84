{#- An SQL condition on column_name: the columns whose values must not be stored, by dbt's tags and by setting. The warehouse folds
    both sides, because what it folds is not what Jinja does: in the locale C a Ä stays one. -#}
{% macro personal_condition(personal) %}
  {%- if '*' in personal -%}
    {{- return('true') -}}
  {%- endif -%}
  {%- set names = [] -%}
  {%- for name in personal + run_ledger.setting('run_ledger_profile_personal_columns') -%}
    {%- do names.append('lower(' ~ run_ledger.sql_literal(name) ~ ')') -%}
  {%- endfor -%}
  {{- return('lower(column_name) in (' ~ names | join(', ') ~ ')' if names else '1 = 0') -}}
{% endmacro %}
