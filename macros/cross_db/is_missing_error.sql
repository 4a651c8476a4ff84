{#- Whether the text of a caught error says that a table, a column or a schema is not there. -#}
{% macro is_missing_error(error) %}
  {{- return(adapter.dispatch('is_missing_error', 'run_ledger')(error)) -}}
{% endmacro %}

{#- Nothing catches errors here, so there is no text to judge. -#}
{% macro default__is_missing_error(error) %}
  {{- return(false) -}}
{% endmacro %}

{#- undefined_table, undefined_column, invalid_schema_name: postgresql.org/docs/current/errcodes-appendix.html -#}
{% macro postgres__is_missing_error(error) %}
  {{- return(error[:5] in ('42P01', '42703', '3F000')) -}}
{% endmacro %}

{#- "does not exist or not authorized", and "invalid identifier" of a column:
    docs.snowflake.com/en/developer-guide/snowflake-scripting/exceptions -#}
{% macro snowflake__is_missing_error(error) %}
  {{- return(error[:5] in ('42S02', '02000', '42000')) -}}
{% endmacro %}
