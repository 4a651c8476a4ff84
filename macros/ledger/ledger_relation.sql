{#- The relation of one of the package's tables. A ledger's own table takes its name from its setting; the tables beside it
    add a suffix to that name. -#}
{% macro ledger_relation(word, suffix='') %}
  {%- set names = run_ledger.setting(['run_ledger_database', 'run_ledger_schema', 'run_ledger_' ~ word ~ '_identifier']) -%}
  {{- return(api.Relation.create(database=names[0], schema=names[1], identifier=names[2] ~ suffix)) -}}
{% endmacro %}
