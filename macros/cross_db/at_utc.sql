{#- An instant column as a UTC timestamp, and a UTC timestamp as the value of an instant column; without an expression this
    moment, for the default of such a column. -#}
{% macro at_utc(expression=none) %}
  {{- return(adapter.dispatch('at_utc', 'run_ledger')(expression)) -}}
{% endmacro %}

{% macro default__at_utc(expression) %}
  {{- return(expression or run_ledger.now_utc()) -}}
{% endmacro %}

{#- The document's timestamptz stays one here, and its reading must not follow the session's zone. The operator goes both ways:
    postgresql.org/docs/current/functions-datetime.html#FUNCTIONS-DATETIME-ZONECONVERT -#}
{% macro postgres__at_utc(expression) %}
  {{- return("((" ~ expression ~ ") at time zone 'UTC')" if expression else 'now()') -}}
{% endmacro %}
