{#- Whether a text_list holds one of the words at least, none twice and no others: it is as long as the number of words that
    it contains. In one macro: each costs every user's run. -#}
{% macro is_list_of(column, words) %}
  {%- set names = {'length': 'len', 'contains': 'list_contains(#, ?)', 'quote': ''} -%}
  {%- if target.type == 'postgres' -%}
    {#- postgresql.org/docs/current/functions-array.html -#}
    {%- set names = {'length': 'cardinality', 'contains': '? = any(#)', 'quote': ''} -%}
  {%- elif target.type == 'snowflake' -%}
    {#- The JSON text, because array_contains takes a variant: docs.snowflake.com/en/sql-reference/functions/to_json -#}
    {%- set names = {'length': 'array_size', 'contains': 'position(? in to_json(#)) > 0', 'quote': '"'} -%}
  {%- endif -%}
  {%- set found = [] -%}
  {%- for word in words -%}
    {%- set literal = run_ledger.sql_literal(names.quote ~ word ~ names.quote) -%}
    {%- do found.append('case when ' ~ names.contains.replace('#', column).replace('?', literal) ~ ' then 1 else 0 end') -%}
  {%- endfor -%}
  {%- set length = names.length ~ '(' ~ column ~ ')' -%}
  {{- return(length ~ ' > 0 and ' ~ length ~ ' = ' ~ found | join(' + ')) -}}
{% endmacro %}
