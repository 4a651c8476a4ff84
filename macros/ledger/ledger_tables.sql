{#- The tables of one ledger: [{suffix, columns, indexes}], from the subject's <word>_tables(). -#}
{% macro ledger_tables(word) %}
  {{- return(run_ledger[word ~ '_tables']()) -}}
{% endmacro %}
