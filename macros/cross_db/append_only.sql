{#- Statements after which a table refuses UPDATE, DELETE and TRUNCATE, from everybody; none where nothing can refuse them. -#}
{% macro append_only(relation) %}
  {{- return(adapter.dispatch('append_only', 'run_ledger')(relation)) -}}
{% endmacro %}

{#- Neither DuckDB nor Snowflake has triggers; there the chain of digests shows afterwards what nothing stops. -#}
{% macro default__append_only(relation) %}
  {{- return([]) -}}
{% endmacro %}

{#- The owner bypasses grants but no trigger. Retention may delete, and says so: the owner could drop the trigger as well.
    postgresql.org/docs/current/plpgsql-trigger.html -#}
{% macro postgres__append_only(relation) %}
  {%- set function = relation.include(database=false, identifier=false) ~ '.' ~ adapter.quote(relation.identifier ~ '_append_only') -%}
  {%- set body -%}
begin
  if tg_op = 'DELETE' and current_setting('run_ledger.retention', true) = 'on'
    and pg_has_role(current_user, (select relowner from pg_catalog.pg_class where oid = tg_relid), 'member') then
    return old;
  end if;
  raise exception '% is append-only: % is refused. Correct a value with a new row.', tg_table_name, tg_op
    using errcode = 'insufficient_privilege';
end
  {%- endset -%}
  {{- return([
    'create or replace function ' ~ function ~ '() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as ' ~ run_ledger.sql_literal(body),
    'create or replace trigger refuse_change before update or delete on ' ~ relation
    ~ ' for each row execute function ' ~ function ~ '()',
    run_ledger.refuse_truncate(relation, relation)]) -}}
{% endmacro %}
