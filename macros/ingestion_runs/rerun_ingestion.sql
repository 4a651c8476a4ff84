{#- A new run, queued, that runs an ended one again and is linked to it; the ended one stays as it is. -#}
{% macro rerun_ingestion(run_id, mode=none, trace_id=none, requested_by=none, event_key=none) %}
  {%- if run_ledger.is_ingestion_on() -%}
    {%- set runs = run_ledger.ledger_relation('ingestion_runs') -%}
    {%- set rules = run_ledger.ingestion_rules() -%}
    {%- set id = run_ledger.ingestion_id(event_key or invocation_id ~ modules.datetime.datetime.utcnow()) -%}
    {%- set key = run_ledger.ingestion_key(id) -%}
    {%- set parent = run_ledger.ingestion_key(run_id) -%}
    {%- set active = 'select run_id from ' ~ runs ~ ' where parent_run_id = ' ~ parent ~ ' and status in (' ~ run_ledger.sql_literals(rules.active) ~ ')' -%}
    {%- set insert -%}
insert into {{ runs }} (run_id, run_kind, mode, status, target_types, parent_run_id, requested_by, trace_id, created_at)
select {{ key }}, run_kind, {{ run_ledger.sql_literal(mode) if mode else 'mode' }}, {{ run_ledger.sql_literal(rules.new) }}, target_types, run_id,
  {{ run_ledger.sql_literal(requested_by) }}, {{ run_ledger.sql_literal(trace_id or invocation_id) }}, {{ run_ledger.at_utc(run_ledger.now_utc()) }}
from {{ runs }}
where run_id = {{ parent }} and status in ({{ run_ledger.sql_literals(rules.rerun_from) }})
  and not exists ({{ active }}) and not exists (select 1 from {{ runs }} where run_id = {{ key }})
    {%- endset -%}
    {#- The first statement changes nothing and takes the parent's lock, so that of two requests at once one finds the other's run. -#}
    {%- set answer = run_ledger.write_ledger('ingestion_runs', run_ledger.as_transaction([
      run_ledger.move_row(runs, {'requested_by': 'requested_by'}, 'run_id = ' ~ parent), insert]),
      '(select cast(max(' ~ run_ledger.sql_literal(id) ~ ') as ' ~ run_ledger.sql_type('text') ~ ') from ' ~ runs ~ ' where run_id = ' ~ key ~ ')') -%}
    {%- if answer.error or not answer.value -%}
      {%- set state = run_ledger.ingestion_state(run_id) -%}
      {{- return(run_ledger.ingestion_problem('rerun_ingestion', answer.error or state.error or 'expected a run that is '
        ~ rules.rerun_from | join(', ') ~ ' and has no run again under way, got ' ~ state.status ~ ' for run ' ~ run_id ~ '. Nothing else is run again.')) -}}
    {%- endif -%}
    {%- do log('run_ledger: run ' ~ id ~ ' is queued and runs ' ~ run_id ~ ' again', info=true) -%}
  {%- endif -%}
  {{- return('') -}}
{% endmacro %}
