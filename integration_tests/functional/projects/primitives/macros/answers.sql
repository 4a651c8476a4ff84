{#- run-operation: every answer of the named groups as one line of JSON, for the test to compare. -#}
{% macro answer(groups) %}
  {%- if execute -%}
    {%- set answers = {} -%}
    {%- for group in groups -%}
      {%- do answers.update(context[group]()) -%}
    {%- endfor -%}
    {%- do log('ANSWERS ' ~ tojson(answers), info=true) -%}
  {%- endif -%}
{% endmacro %}

{% macro one(expression) %}
  {{- return(run_query('select cast((' ~ expression ~ ') as ' ~ run_ledger.sql_type('text') ~ ')').rows[0][0]) -}}
{% endmacro %}

{% macro of_type(value, word) %}
  {{- return('cast(' ~ run_ledger.sql_literal(value) ~ ' as ' ~ run_ledger.sql_type(word) ~ ')') -}}
{% endmacro %}
