{#- The months, as numbers, that have to leave the hot table in the month `present`: no row in it is then older than hot_months. -#}
{% macro due_hot_months(present) %}
  {%- set hot_months = namespace(least=1200) -%}
  {%- for months in run_ledger.retention_policy().values() -%}
    {%- set hot_months.least = [hot_months.least, months.hot_months, months.total_months + 1] | min -%}
  {%- endfor -%}
  {%- set day = "extract(year from processed_at) * 12 + extract(month from processed_at) - 1" -%}
  {%- set found = run_query('select distinct cast(' ~ day ~ ' as ' ~ run_ledger.sql_type('integer') ~ ') as number from '
    ~ run_ledger.ledger_relation('processing_logs') ~ ' where not (' ~ run_ledger.in_month(present) ~ ') order by 1').rows -%}
  {%- set due = [] -%}
  {%- for row in found if (row[0] | int) + hot_months.least <= present -%}
    {%- do due.append(row[0] | int) -%}
  {%- endfor -%}
  {{- return(due) -}}
{% endmacro %}
