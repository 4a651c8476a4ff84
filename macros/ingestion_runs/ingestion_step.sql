{#- The statements of one move: the guarded update, and the audit row of whoever made it. Times never run backwards, whatever
    the clock does. changes: further columns as SQL. where: which runs; event: {actor, event_key, reason}. -#}
{% macro ingestion_step(where, from_status, to_status, event, changes={}) %}
  {%- set runs = run_ledger.ledger_relation('ingestion_runs') -%}
  {%- set audit = run_ledger.ledger_relation('ingestion_runs', '_transitions') -%}
  {%- set now = run_ledger.at_utc(run_ledger.now_utc()) -%}
  {%- set begins = from_status == run_ledger.ingestion_rules().new -%}
  {%- set row = {'status': run_ledger.sql_literal(to_status)} -%}
  {%- do row.update({'started_at': 'greatest(created_at, ' ~ now ~ ')'} if begins else {'finished_at': 'greatest(started_at, ' ~ now ~ ')'}) -%}
  {%- do row.update(changes) -%}
  {%- set has_moved = where ~ ' and status = ' ~ row.status -%}
  {{- return([
    run_ledger.move_row(runs, row, where ~ ' and status = ' ~ run_ledger.sql_literal(from_status)),
    'insert into ' ~ audit ~ ' (run_id, from_status, to_status, moved_at, actor, trace_id, event_key, reason)\nselect run_id, '
      ~ run_ledger.sql_literals([from_status, to_status]) ~ ', ' ~ ('started_at' if begins else 'finished_at') ~ ', '
      ~ run_ledger.sql_literal((event.actor or 'dbt')[:64]) ~ ', trace_id, ' ~ run_ledger.sql_literal(event.event_key) ~ ', '
      ~ run_ledger.sql_literal(run_ledger.redact(event.reason) if event.reason else none) ~ '\nfrom ' ~ runs ~ ' as moved\nwhere ' ~ has_moved
      ~ '\n  and not exists (select 1 from ' ~ audit ~ ' as seen where seen.run_id = moved.run_id and seen.to_status = ' ~ row.status ~ ')',
  ]) -}}
{% endmacro %}
