{#- Whether a regular expression of secret_patterns() is found in a text. -#}
{% macro text_matches(expression, pattern) %}
  {#- No warehouse counts as far as Python does. -#}
  {{- return(adapter.dispatch('text_matches', 'run_ledger')(expression, pattern.replace('{1,1024}', '{1,255}'))) -}}
{% endmacro %}

{% macro default__text_matches(expression, pattern) %}
  {{- return('regexp_matches(' ~ expression ~ ', ' ~ run_ledger.sql_literal(pattern) ~ ')') -}}
{% endmacro %}

{#- An operator: postgresql.org/docs/current/functions-matching.html#POSIX-SYNTAX-DETAILS -#}
{% macro postgres__text_matches(expression, pattern) %}
  {{- return('(' ~ expression ~ ' ~ ' ~ run_ledger.sql_literal(pattern) ~ ')') -}}
{% endmacro %}

{#- No group without capture and no flags inside the pattern: docs.snowflake.com/en/sql-reference/functions-regexp -#}
{% macro snowflake__text_matches(expression, pattern) %}
  {%- set flags = 'i' if pattern.startswith('(?i)') else 'c' -%}
  {%- set plain = pattern.replace('(?i)', '').replace('(?:', '(') -%}
  {{- return('(regexp_instr(' ~ expression ~ ', ' ~ run_ledger.sql_literal(plain) ~ ', 1, 1, 0, '
    ~ run_ledger.sql_literal(flags) ~ ') > 0)') -}}
{% endmacro %}
