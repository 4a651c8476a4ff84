{#- The SHA-256 of a text's UTF-8 bytes in lower-case hexadecimal digits. -#}
{% macro sha256_text(expression) %}
  {{- return(adapter.dispatch('sha256_text', 'run_ledger')(expression)) -}}
{% endmacro %}

{% macro default__sha256_text(expression) %}
  {{- return('sha256(' ~ expression ~ ')') -}}
{% endmacro %}

{#- Takes and gives bytes: postgresql.org/docs/current/functions-binarystring.html -#}
{% macro postgres__sha256_text(expression) %}
  {{- return("encode(sha256(convert_to(" ~ expression ~ ", 'UTF8')), 'hex')") -}}
{% endmacro %}

{#- Another name: docs.snowflake.com/en/sql-reference/functions/sha2 -#}
{% macro snowflake__sha256_text(expression) %}
  {{- return('sha2(' ~ expression ~ ', 256)') -}}
{% endmacro %}
