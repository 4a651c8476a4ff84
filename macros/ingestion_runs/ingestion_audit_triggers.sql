{#- What keeps the audit whole: a move without a row of its own gets one when its transaction commits, a row tells of a move
    that happened, and nothing is removed. runs, audit: the two relations. -#}
{% macro ingestion_audit_triggers(runs, audit) %}
  {%- set terminal = run_ledger.sql_literals(run_ledger.ingestion_rules().terminal) -%}
  {%- set refuse = "raise exception using errcode = 'check_violation', message = 'run_ledger: ingestion_runs: expected '" -%}
  {%- set write_row -%}
insert into {{ audit }} (run_id, from_status, to_status, moved_at, actor, trace_id, event_key)
select new.run_id, old.status, new.status, coalesce(new.finished_at, new.started_at), left(session_user, 64), new.trace_id,
  'sql:' || gen_random_uuid()
where not exists (select 1 from {{ audit }} where run_id = new.run_id and to_status = new.status);
return null;
  {%- endset -%}
  {%- set is_true -%}
if not exists (select 1 from {{ runs }} where run_id = new.run_id
    and (status = new.to_status or (new.to_status not in ({{ terminal }}) and started_at is not null))) then
  {{ refuse }} || 'a move that has happened, got ' || new.from_status || ' to ' || new.to_status || '. Move the run first.';
end if;
return new;
  {%- endset -%}
  {%- set is_kept -%}
{{ refuse }} || 'history to stay as it is, got ' || lower(tg_op) || '. Rows are added and never changed or removed.';
  {%- endset -%}
  {%- set name, log = runs.identifier, audit.identifier -%}
  {{- return(
    run_ledger.create_trigger(runs, {'name': name ~ '_4_audit', 'event': 'after update of status', 'is_deferred': true,
      'when': 'old.status is distinct from new.status', 'body': write_row})
    + run_ledger.create_trigger(runs, {'name': name ~ '_5_delete', 'event': 'before delete', 'body': is_kept})
    + run_ledger.create_trigger(runs, {'name': name ~ '_6_truncate', 'event': 'before truncate', 'for_each': 'statement', 'body': is_kept})
    + run_ledger.create_trigger(audit, {'name': log ~ '_1_new', 'event': 'before insert', 'body': is_true})
    + run_ledger.create_trigger(audit, {'name': log ~ '_2_change', 'event': 'before update or delete', 'body': is_kept})
    + run_ledger.create_trigger(audit, {'name': log ~ '_3_truncate', 'event': 'before truncate', 'for_each': 'statement', 'body': is_kept})) -}}
{% endmacro %}
