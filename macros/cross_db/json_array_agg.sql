{#- A JSON array of an expression over the rows of a group, in order; the empty array over no rows. -#}
{% macro json_array_agg(expression, order_by) %}
  {{- return(adapter.dispatch('json_array_agg', 'run_ledger')(expression, order_by)) -}}
{% endmacro %}

{% macro default__json_array_agg(expression, order_by) %}
  {#- Not json_group_array(), which is a macro of DuckDB and takes no order. -#}
  {{- return("coalesce(to_json(list(" ~ expression ~ " order by " ~ order_by ~ ")), cast('[]' as json))") -}}
{% endmacro %}

{#- Another name, and null over no rows: postgresql.org/docs/current/functions-aggregate.html -#}
{% macro postgres__json_array_agg(expression, order_by) %}
  {{- return("coalesce(jsonb_agg(" ~ expression ~ " order by " ~ order_by ~ "), cast('[]' as jsonb))") -}}
{% endmacro %}

{#- The order goes into "within group": docs.snowflake.com/en/sql-reference/functions/array_agg -#}
{% macro snowflake__json_array_agg(expression, order_by) %}
  {{- return("array_agg(" ~ expression ~ ") within group (order by " ~ order_by ~ ")") -}}
{% endmacro %}
