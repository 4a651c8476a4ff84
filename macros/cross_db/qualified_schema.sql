{#- A relation's schema as "create schema" wants it. -#}
{% macro qualified_schema(relation) %}
  {{- return(adapter.dispatch('qualified_schema', 'run_ledger')(relation)) -}}
{% endmacro %}

{% macro default__qualified_schema(relation) %}
  {{- return(relation.without_identifier() ~ '') -}}
{% endmacro %}

{#- A schema takes no database in front: postgresql.org/docs/current/sql-createschema.html -#}
{% macro postgres__qualified_schema(relation) %}
  {{- return(relation.without_identifier().include(database=false) ~ '') -}}
{% endmacro %}
