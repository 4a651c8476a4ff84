{#- A run as a mapping: error, status (none when there is no such run), its counts, and seen: the status to which an event of
    this key has moved it, none when no such event came. -#}
{% macro ingestion_state(run_id, event_key=none) %}
  {%- set key = run_ledger.ingestion_key(run_id) -%}
  {%- set facts = {'status': 'status'} -%}
  {%- for count in run_ledger.ingestion_rules().counts -%}
    {%- do facts.update({count: count}) -%}
  {%- endfor -%}
  {#- An event that cancels a queued run makes two moves; the last one is what it asked for. -#}
  {%- do facts.update({'seen': "(select coalesce(max(case when to_status <> 'running' then to_status end), max(to_status)) from "
    ~ run_ledger.ledger_relation('ingestion_runs', '_transitions') ~ ' where run_id = ' ~ key ~ ' and event_key = '
    ~ run_ledger.sql_literal(event_key or '') ~ ')'}) -%}
  {%- set answer = run_ledger.write_ledger('ingestion_runs', [], '(select ' ~ run_ledger.json_to_text(run_ledger.json_object(facts))
    ~ ' from ' ~ run_ledger.ledger_relation('ingestion_runs') ~ ' where run_id = ' ~ key ~ ')') -%}
  {%- set state = {'error': answer.error or ('' if answer.value else 'expected a run ' ~ run_id ~ ', got no such row. Correct the run_id.')} -%}
  {%- do state.update(fromjson(answer.value or '{}')) -%}
  {{- return(state) -}}
{% endmacro %}
