{#- The texts of a group put together in order, without anything between them. -#}
{% macro text_agg(expression, order_by) %}
  {{- return(adapter.dispatch('text_agg', 'run_ledger')(expression, order_by)) -}}
{% endmacro %}

{% macro default__text_agg(expression, order_by) %}
  {{- return("string_agg(" ~ expression ~ ", '' order by " ~ order_by ~ ")") -}}
{% endmacro %}

{#- Another name and place for the order: docs.snowflake.com/en/sql-reference/functions/listagg -#}
{% macro snowflake__text_agg(expression, order_by) %}
  {{- return("listagg(" ~ expression ~ ", '') within group (order by " ~ order_by ~ ")") -}}
{% endmacro %}
