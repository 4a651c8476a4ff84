{#- The SHA-256 of a text's UTF-8 bytes, as 64 hexadecimal digits in lower case. -#}
{% macro sha256_hex(expression) %}
  {{- return(adapter.dispatch('sha256_hex', 'run_ledger')(expression)) -}}
{% endmacro %}

{% macro default__sha256_hex(expression) %}
  {{- return('sha256(' ~ expression ~ ')') -}}
{% endmacro %}

{#- Bytes in, bytes out: postgresql.org/docs/current/functions-binarystring.html -#}
{% macro postgres__sha256_hex(expression) %}
  {{- return("encode(sha256(convert_to(" ~ expression ~ ", 'UTF8')), 'hex')") -}}
{% endmacro %}

{#- Another name: docs.snowflake.com/en/sql-reference/functions/sha2 -#}
{% macro snowflake__sha256_hex(expression) %}
  {{- return('sha2(' ~ expression ~ ', 256)') -}}
{% endmacro %}
