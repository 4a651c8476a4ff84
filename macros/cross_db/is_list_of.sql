{#- Whether a text_list holds one of the words at least, none twice and no others: it is as long as the number of words that
    it contains. -#}
{% macro is_list_of(column, words) %}
  {%- set functions = adapter.dispatch('is_list_of', 'run_ledger')() -%}
  {%- set found = [] -%}
  {%- for word in words -%}
    {%- do found.append('case when ' ~ (functions.contains.replace('#', column).replace('?', run_ledger.sql_literal(functions.quote ~ word ~ functions.quote)))
      ~ ' then 1 else 0 end') -%}
  {%- endfor -%}
  {%- set length = functions.length ~ '(' ~ column ~ ')' -%}
  {{- return(length ~ ' > 0 and ' ~ length ~ ' = ' ~ found | join(' + ')) -}}
{% endmacro %}

{% macro default__is_list_of() %}
  {{- return({'length': 'len', 'contains': 'list_contains(#, ?)', 'quote': ''}) -}}
{% endmacro %}

{#- Other names: postgresql.org/docs/current/functions-array.html -#}
{% macro postgres__is_list_of() %}
  {{- return({'length': 'cardinality', 'contains': '? = any(#)', 'quote': ''}) -}}
{% endmacro %}

{#- The JSON text, because array_contains takes a variant: docs.snowflake.com/en/sql-reference/functions/to_json -#}
{% macro snowflake__is_list_of() %}
  {{- return({'length': 'array_size', 'contains': 'position(? in to_json(#)) > 0', 'quote': '"'}) -}}
{% endmacro %}
