{#- Whole milliseconds from one UTC timestamp to another. -#}
{% macro milliseconds_between(from_expression, to_expression) %}
  {{- return(adapter.dispatch('milliseconds_between', 'run_ledger')(from_expression, to_expression)) -}}
{% endmacro %}

{% macro default__milliseconds_between(from_expression, to_expression) %}
  {{- return("datediff('millisecond', " ~ from_expression ~ ", " ~ to_expression ~ ")") -}}
{% endmacro %}

{#- No datediff: postgresql.org/docs/current/functions-datetime.html -#}
{% macro postgres__milliseconds_between(from_expression, to_expression) %}
  {{- return("cast(round(extract(epoch from (" ~ to_expression ~ ") - (" ~ from_expression ~ ")) * 1000) as bigint)") -}}
{% endmacro %}
