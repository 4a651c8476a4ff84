{#- A JSON object built in SQL from a mapping of key to SQL expression. A null stays in the object as JSON null. -#}
{% macro json_object(pairs) %}
  {%- set arguments = [] -%}
  {%- for key, expression in pairs.items() -%}
    {%- do arguments.append(run_ledger.sql_literal(key) ~ ', ' ~ expression) -%}
  {%- endfor -%}
  {{- return(run_ledger.json_object_function() ~ '(' ~ arguments | join(', ') ~ ')') -}}
{% endmacro %}
