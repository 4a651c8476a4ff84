{#- The ledgers by their words, in the order in which they are created. Adding a ledger starts here. -#}
{% macro ledger_words() %}
  {{- return(['process_execution_log', 'function_logs']) -}}
{% endmacro %}
