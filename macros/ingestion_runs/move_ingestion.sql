{#- One event that moves a run: the move and its audit row together, or a problem that says what was, what was asked and what
    is allowed. The same event again changes nothing. status: where to, or 'by counts'. event: {actor, event_key, reason}. -#}
{% macro move_ingestion(verb, run_id, status, counts=none, event={}) %}
  {%- set event_key = event.event_key or run_ledger.ingestion_id(invocation_id ~ modules.datetime.datetime.utcnow()) -%}
  {%- set state = run_ledger.ingestion_state(run_id, event_key) -%}
  {%- if state.error -%}
    {{- return(run_ledger.ingestion_problem(verb, state.error)) -}}
  {%- endif -%}
  {%- set moves = run_ledger.ingestion_rules().moves -%}
  {%- set is_end = status != 'running' -%}
  {%- set after = run_ledger.ingestion_counts(state, counts, status if is_end else none) -%}
  {%- set asked = after.status if status == 'by counts' else status -%}
  {%- if state.seen and (state.seen == asked or (status == 'by counts' and state.seen in moves and not moves[state.seen])) -%}
    {{- return(log('run_ledger: run ' ~ run_id ~ ' is ' ~ state.status ~ '; this event came before', info=true)) -}}
  {%- endif -%}
  {#- The only way from queued to an end leads through running, and a run that is cancelled goes it in one transaction. -#}
  {%- set path = [state.status, 'running', 'cancelled'] if asked == 'cancelled' and state.status == 'queued' else [state.status, asked] -%}
  {%- if state.seen or path[1] not in moves[state.status] -%}
    {{- return(run_ledger.ingestion_problem(verb, 'expected ' ~ (moves[state.status] | join(', ') or 'no move') ~ ' after ' ~ state.status ~ ', got '
      ~ asked ~ ' for run ' ~ run_id ~ '. ' ~ ('Its event key has moved it before.' if state.seen else 'A run that has ended is run again as another one.'))) -}}
  {%- elif after.error -%}
    {{- return(run_ledger.ingestion_problem(verb, after.error)) -}}
  {%- endif -%}
  {%- set statements = [] -%}
  {%- set where = 'run_id = ' ~ run_ledger.ingestion_key(run_id) -%}
  {%- for to_status in path[1:] -%}
    {%- do statements.extend(run_ledger.ingestion_step(where, path[loop.index0], to_status,
      {'actor': event.actor, 'event_key': event_key, 'reason': event.reason}, after.counts if is_end == (to_status != 'running') else {})) -%}
  {%- endfor -%}
  {%- set answer = run_ledger.run_guarded(run_ledger.as_transaction(statements), '(select max(event_key) from '
    ~ run_ledger.ledger_relation('ingestion_runs', '_transitions') ~ ' where ' ~ where ~ ' and to_status = ' ~ run_ledger.sql_literal(asked) ~ ')') -%}
  {%- if answer.error or answer.value != event_key -%}
    {{- return(run_ledger.ingestion_problem(verb, answer.error or 'expected run ' ~ run_id ~ ' to be ' ~ state.status
      ~ ', got a run that another event moved at the same moment. Look at it before you ask again.')) -}}
  {%- endif -%}
  {%- do log('run_ledger: run ' ~ run_id ~ ' is ' ~ asked, info=true) -%}
{% endmacro %}
