{#- The rules of ingestion_runs as triggers, so that raw SQL obeys them too. runs: the relation. A check cannot see where a
    row comes from; these can. -#}
{% macro ingestion_run_triggers(runs) %}
  {%- set rules = run_ledger.ingestion_rules() -%}
  {%- set fixed = [] -%}
  {%- for column in ['run_id', 'run_kind', 'mode', 'target_types', 'parent_run_id', 'requested_by', 'trace_id', 'created_at'] -%}
    {%- do fixed.append('old.' ~ column ~ ' is distinct from new.' ~ column) -%}
  {%- endfor -%}
  {%- set allowed = [] -%}
  {%- for status, targets in rules.moves.items() if targets -%}
    {%- do allowed.append('old.status = ' ~ run_ledger.sql_literal(status) ~ ' and new.status in (' ~ run_ledger.sql_literals(targets) ~ ')') -%}
  {%- endfor -%}
  {%- set refuse = "raise exception using errcode = 'check_violation', message = 'run_ledger: ingestion_runs: expected '" -%}
  {%- set is_new -%}
if new.status <> {{ run_ledger.sql_literal(rules.new) }} then
  {{ refuse }} || 'a new run to be {{ rules.new }}, got ' || new.status || '. Insert it so and move it.'; {#- literal: a word of the rules -#}
end if;
if new.parent_run_id is not null and not exists (select 1 from {{ runs }} where run_id = new.parent_run_id and status in ({{ run_ledger.sql_literals(rules.rerun_from) }})) then
  {{ refuse }} || 'a parent that has ended otherwise than well, got ' || new.parent_run_id || '. Nothing else is run again.';
end if;
return new;
  {%- endset -%}
  {%- set is_allowed -%}
if not ({{ allowed | join(' or ') }}) then
  {{ refuse }} || 'a move of the state machine, got ' || old.status || ' to ' || new.status || '. A run is queued, then running, then ended, once.';
end if;
return new;
  {%- endset -%}
  {%- set is_open -%}
if {{ fixed | join(' or ') }} or (old.started_at is distinct from new.started_at and old.started_at is not null) then
  {{ refuse }} || 'a run to keep what it was asked for and when it started, got a change. Start a new run.';
end if;
if old.status in ({{ run_ledger.sql_literals(rules.terminal) }}) and old is distinct from new then
  {{ refuse }} || 'a run that has ended to stay as it is, got a change of a ' || old.status || ' run. Run it again.';
end if;
return new;
  {%- endset -%}
  {%- set name = runs.identifier -%}
  {{- return(run_ledger.create_trigger(runs, {'name': name ~ '_1_new', 'event': 'before insert', 'body': is_new})
    + run_ledger.create_trigger(runs, {'name': name ~ '_2_move', 'event': 'before update of status', 'body': is_allowed})
    + run_ledger.create_trigger(runs, {'name': name ~ '_3_change', 'event': 'before update', 'body': is_open})) -}}
{% endmacro %}
