{#- A text as a value of a type, null when it does not read as one: one odd row must not fail the query for all others. -#}
{% macro try_cast(expression, type) %}
  {{- return(adapter.dispatch('try_cast', 'run_ledger')(expression, type)) -}}
{% endmacro %}

{% macro default__try_cast(expression, type) %}
  {{- return('try_cast(' ~ expression ~ ' as ' ~ run_ledger.sql_type(type) ~ ')') -}}
{% endmacro %}

{#- There is no try_cast, so the text is judged first: postgresql.org/docs/current/functions-matching.html -#}
{% macro postgres__try_cast(expression, type) %}
  {%- set number = '^-?[0-9]{1,18}([.][0-9]{1,18})?$' -%}
  {%- set patterns = {
    'integer': number, 'float': number, 'boolean': '^(true|false)$',
    'timestamp': '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?$',
  } -%}
  {%- if type not in patterns -%}
    {{- return('cast(' ~ expression ~ ' as ' ~ run_ledger.sql_type(type) ~ ')') -}}
  {%- endif -%}
  {%- set value = 'cast(' ~ expression ~ ' as numeric)' if type == 'integer' else expression -%}
  {{- return('case when ' ~ expression ~ ' ~ ' ~ run_ledger.sql_literal(patterns[type]) ~ ' then cast(' ~ value ~ ' as '
    ~ run_ledger.sql_type(type) ~ ') end') -}}
{% endmacro %}
