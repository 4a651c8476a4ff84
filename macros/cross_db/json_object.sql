{#- A JSON object built in SQL from a mapping of key to SQL expression. A null stays in the object as JSON null.
    Keys are the package's own words: quoting each through sql_literal() would cost more than the rest of a model hook. -#}
{% macro json_object(pairs) %}
  {%- set arguments = [] -%}
  {%- for key, expression in pairs.items() -%}
    {%- do arguments.append("'" ~ key ~ "', " ~ expression) -%} {#- literal: keys are words of the package -#}
  {%- endfor -%}
  {{- return(run_ledger.json_object_function() ~ '(' ~ arguments | join(', ') ~ ')') -}}
{% endmacro %}
