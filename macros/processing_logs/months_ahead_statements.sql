{#- Statements that make the partitions of processing_logs from a month on: none where there are no partitions.
    from_month: YYYY-MM-DD, by default the month before the present one. -#}
{% macro months_ahead_statements(from_month=none) %}
  {%- set now = modules.datetime.datetime.utcnow() -%}
  {%- set present = now.year * 12 + now.month - 1 -%}
  {%- set first = (from_month[:4] | int) * 12 + (from_month[5:7] | int) - 1 if from_month else present - 1 -%}
  {%- set hot = run_ledger.ledger_relation('processing_logs') -%}
  {%- set statements = [] -%}
  {%- for number in range(first, present + run_ledger.setting('run_ledger_processing_logs_months_ahead') + 1) -%}
    {%- do statements.extend(run_ledger.month_partition(hot, run_ledger.month_text(number), run_ledger.month_text(number + 1))) -%}
  {%- endfor -%}
  {{- return(statements) -}}
{% endmacro %}
