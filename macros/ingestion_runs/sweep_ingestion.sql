{#- run-operation or hook: closes as failed the runs that were queued or started more than so many minutes ago and have not ended. -#}
{% macro sweep_ingestion(minutes=none, actor='sweep') %}
  {%- if run_ledger.is_ingestion_on() -%}
    {%- set minutes = minutes or run_ledger.setting('run_ledger_ingestion_stuck_minutes') -%}
    {%- set event = {'actor': actor, 'event_key': 'sweep:' ~ run_ledger.ingestion_id(invocation_id ~ modules.datetime.datetime.utcnow()),
      'reason': 'No end within ' ~ minutes ~ ' minutes; closed by a sweep'} -%}
    {%- set cutoff = run_ledger.at_utc(run_ledger.milliseconds_after(run_ledger.now_utc(), -60000 * minutes)) -%}
    {%- set audit = run_ledger.ledger_relation('ingestion_runs', '_transitions') -%}
    {%- set ours = 'select run_id from ' ~ audit ~ ' where event_key = ' ~ run_ledger.sql_literal(event.event_key) -%}
    {%- set done = 'success_count + failed_count' -%}
    {%- set statements = run_ledger.ingestion_step('created_at < ' ~ cutoff, 'queued', 'running', event)
      + run_ledger.ingestion_step('(started_at < ' ~ cutoff ~ ' or run_id in (' ~ ours ~ '))', 'running', 'failed', event, {
        'processed_count': done, 'target_count': 'greatest(target_count, ' ~ done ~ ')',
        'unprocessed_count': 'greatest(target_count - (' ~ done ~ '), 0)'}) -%}
    {%- set answer = run_ledger.write_ledger('ingestion_runs', run_ledger.as_transaction(statements), '(select cast(count(*) as '
      ~ run_ledger.sql_type('text') ~ ') from ' ~ audit ~ " where to_status = 'failed' and event_key = " ~ run_ledger.sql_literal(event.event_key) ~ ')') -%}
    {%- if answer.error -%}
      {{- return(run_ledger.ingestion_problem('sweep_ingestion', answer.error)) -}}
    {%- endif -%}
    {%- do log('run_ledger: ' ~ answer.value ~ ' runs closed as failed', info=true) -%}
  {%- endif -%}
  {{- return('') -}}
{% endmacro %}
