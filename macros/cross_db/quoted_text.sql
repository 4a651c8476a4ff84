{#- Text in single quotes. Never dollar-quoted: dbt v2 splits statements inside $$ on Postgres. -#}
{% macro quoted_text(text) %}
  {{- return(adapter.dispatch('quoted_text', 'run_ledger')(text)) -}}
{% endmacro %}

{% macro default__quoted_text(text) %}
  {{- return("'" ~ text.replace("'", "''") ~ "'") -}}
{% endmacro %}

{#- Snowflake reads backslash escapes inside single quotes:
    docs.snowflake.com/en/sql-reference/data-types-text#escape-sequences-in-single-quoted-string-constants -#}
{% macro snowflake__quoted_text(text) %}
  {{- return("'" ~ text.replace('\\', '\\\\').replace("'", "''") ~ "'") -}}
{% endmacro %}
