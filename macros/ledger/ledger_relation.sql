{#- The relation of one of the package's tables. A ledger's own table takes its name from its setting; the tables beside it
    add a suffix to that name, but for those that a document gives a name of their own. -#}
{% macro ledger_relation(word, suffix='') %}
  {%- set own = {'profile_runs_results': 'run_ledger_profile_results_identifier'}.get(word ~ suffix) -%}
  {%- set names = run_ledger.setting(['run_ledger_database', 'run_ledger_schema', own or ('run_ledger_' ~ word ~ '_identifier')]) -%}
  {{- return(api.Relation.create(database=names[0], schema=names[1], identifier=names[2] ~ ('' if own else suffix))) -}}
{% endmacro %}
