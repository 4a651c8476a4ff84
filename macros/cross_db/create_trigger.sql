{#- Statements for one trigger, none where the warehouse has no triggers: there the macros and the Python client are the guard.
    trigger: {name, event, body; optional: for_each ('row' or 'statement'), when, is_deferred}. The body is PL/pgSQL between
    begin and end, and runs as the role that writes, but with the operators of pg_catalog: a writer could set a search_path
    whose own operators let everything through. -#}
{% macro create_trigger(relation, trigger) %}
  {{- return(adapter.dispatch('create_trigger', 'run_ledger')(relation, trigger)) -}}
{% endmacro %}

{% macro default__create_trigger(relation, trigger) %}
  {{- return([]) -}}
{% endmacro %}

{#- The only one of the three that lets a rule stand beside the table: postgresql.org/docs/current/plpgsql-trigger.html -#}
{% macro postgres__create_trigger(relation, trigger) %}
  {%- set function = relation.include(database=false, identifier=false) ~ '.' ~ adapter.quote(trigger.name) -%}
  {%- set kind = 'constraint trigger ' if trigger.is_deferred is defined else 'trigger ' -%}
  {{- return([
    'create or replace function ' ~ function ~ '() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as '
      ~ run_ledger.sql_literal('begin\n' ~ trigger.body ~ '\nend'),
    'create ' ~ kind ~ adapter.quote(trigger.name) ~ ' ' ~ trigger.event ~ ' on ' ~ relation
      ~ (' deferrable initially deferred' if trigger.is_deferred is defined else '')
      ~ ' for each ' ~ trigger.get('for_each', 'row')
      ~ (' when (' ~ trigger.when ~ ')' if trigger.when is defined else '') ~ ' execute function ' ~ function ~ '()',
  ]) -}}
{% endmacro %}
