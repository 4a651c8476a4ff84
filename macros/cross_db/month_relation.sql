{#- The name of a partition: the table's, the year and the month. -#}
{% macro month_relation(relation, month) %}
  {{- return(api.Relation.create(database=relation.database, schema=relation.schema,
    identifier=relation.identifier ~ '_' ~ month[:7].replace('-', '_'))) -}}
{% endmacro %}
