{#- The condition that a row of processing_logs is of a month. number: as in month_text(). -#}
{% macro in_month(number) %}
  {%- set type = run_ledger.sql_type('timestamp') -%}
  {{- return('processed_at >= cast(' ~ run_ledger.sql_literal(run_ledger.month_text(number)) ~ ' as ' ~ type
    ~ ') and processed_at < cast(' ~ run_ledger.sql_literal(run_ledger.month_text(number + 1)) ~ ' as ' ~ type ~ ')') -}}
{% endmacro %}
