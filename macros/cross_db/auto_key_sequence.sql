{#- The sequence behind auto_key() on warehouses that need one. -#}
{% macro auto_key_sequence(relation) %}
  {{- return(api.Relation.create(
    database=relation.database, schema=relation.schema, identifier=relation.identifier ~ '_key')) -}}
{% endmacro %}
