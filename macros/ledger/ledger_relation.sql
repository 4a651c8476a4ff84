{#- The relation of one of the package's tables. A ledger's own table takes its name from its setting; the tables beside it
    add a suffix to that name, or have a setting of their own where a document fixes their name. -#}
{% macro ledger_relation(word, suffix='') %}
  {%- set own = 'run_ledger_' ~ word ~ suffix ~ '_identifier' -%}
  {%- set has_own = suffix and own in run_ledger.setting_specs() -%}
  {{- return(api.Relation.create(
    database=run_ledger.setting('run_ledger_database'),
    schema=run_ledger.setting('run_ledger_schema'),
    identifier=run_ledger.setting(own) if has_own else run_ledger.setting('run_ledger_' ~ word ~ '_identifier') ~ suffix)) -}}
{% endmacro %}
