{#- A whole number of 64 bits that equal texts share, null for null: to look for texts that come twice, where a collision only costs
    time. One macro without a dispatch, see docs/decisions/adr-0006; Postgres has another name for it, and the others a hash of null:
    postgresql.org/docs/current/functions-binarystring.html -#}
{% macro text_hash(expression) %}
  {%- if target.type == 'postgres' -%}
    {{- return('hashtextextended(' ~ expression ~ ', 0)') -}}
  {%- endif -%}
  {{- return('case when ' ~ expression ~ ' is not null then hash(' ~ expression ~ ') end') -}}
{% endmacro %}
