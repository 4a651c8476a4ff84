{#- The warehouse's type for one of the package's own words, the keys of sql_types(); varchar(n) is one everywhere. -#}
{% macro sql_type(word) %}
  {%- if word.startswith('varchar(') -%}
    {{- return(word) -}}
  {%- endif -%}
  {%- set types = run_ledger.sql_types() -%}
  {%- if word not in types -%}
    {{- exceptions.raise_compiler_error(
      'run_ledger.sql_type(): expected one of ' ~ (types.keys() | list | join(', ')) ~ ', got ' ~ word
      ~ '. Use one of these words in the column list.') -}}
  {%- endif -%}
  {{- return(types[word]) -}}
{% endmacro %}
