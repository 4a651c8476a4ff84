{#- The one place where a scalar becomes SQL text. Mappings and lists go through json_literal. Never dollar-quoted: dbt v2
    splits statements inside $$ on Postgres. No dispatch and, for plain text, no other macro: a model hook has a dozen
    literals, and each call of a macro costs a tenth of a millisecond under dbt-core (adr-0006). -#}
{% macro sql_literal(value) %}
  {%- if value is string -%}
    {%- set is_plain = '\u0000' not in value and (dbt_version.startswith('2.') or value.isascii()) -%}
    {%- set text = value if is_plain else run_ledger.clean_text(value) -%}
    {#- Snowflake reads backslash escapes inside single quotes:
        docs.snowflake.com/en/sql-reference/data-types-text#escape-sequences-in-single-quoted-string-constants -#}
    {%- set text = text.replace('\\', '\\\\') if adapter.type() == 'snowflake' else text -%}
    {{- return("'" ~ text.replace("'", "''") ~ "'") -}}
  {%- elif value is none -%}
    {{- return('null') -}}
  {%- elif value is boolean -%}
    {{- return('true' if value else 'false') -}}
  {%- elif value is number -%}
    {{- return(value ~ '') -}}
  {%- endif -%}
  {{- exceptions.raise_compiler_error(
    'run_ledger.sql_literal(): expected text, a number, a boolean or none, got ' ~ value
    ~ '. Use json_literal() for mappings and lists.') -}}
{% endmacro %}
