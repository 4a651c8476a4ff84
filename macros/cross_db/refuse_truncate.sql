{#- The trigger that refuses TRUNCATE of a table, or of a partition of one. Only append_only() and month_partition() know of it. -#}
{% macro refuse_truncate(relation, owner) %}
  {{- return('create or replace trigger refuse_truncate before truncate on ' ~ relation ~ ' for each statement execute function '
    ~ owner.include(database=false, identifier=false) ~ '.' ~ adapter.quote(owner.identifier ~ '_append_only') ~ '()') -}}
{% endmacro %}
