{#- The relation of one of the package's tables. A ledger's own table takes its name from its setting; the tables beside it
    add a suffix to that name. -#}
{% macro ledger_relation(word, suffix='') %}
  {{- return(api.Relation.create(
    database=run_ledger.setting('run_ledger_database'),
    schema=run_ledger.setting('run_ledger_schema'),
    identifier=run_ledger.setting('run_ledger_' ~ word ~ '_identifier') ~ suffix)) -}}
{% endmacro %}
