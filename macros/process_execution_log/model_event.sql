{#- The hook text of one event of the node that is being built: append it, and fold the events into the job's row when that
    is due and nobody else is at it. '' where nobody could see it, where the recorder does it, and for commands that leave
    no row. An event can be spared, a model's time cannot: it waits for no lock worth mentioning. -#}
{% macro model_event(event_name) %}
  {%- if not (run_ledger.is_job() and run_ledger.has_live_hooks()) or run_ledger.has_recorder() -%}
    {{- return('') -}}
  {%- endif -%}
  {%- set step_id = run_ledger.sql_literal(run_ledger.process_step_id()) -%}
  {%- set flush_ms = (run_ledger.setting('run_ledger_flush_seconds') * 1000) | int -%}
  {%- set is_old = 'update_tmstp <= ' ~ run_ledger.milliseconds_after(run_ledger.now_utc(), -flush_ms) -%}
  {%- set due = 'select 1 from ' ~ run_ledger.ledger_relation('process_execution_log') ~ ' where process_step_id = ' ~ step_id
    ~ " and execution_completed_ind = 'N' and " ~ is_old ~ run_ledger.skip_locked() -%}
  {%- set block = run_ledger.guarded_block([
    run_ledger.insert_event_statement(event_name),
    {'when': due, 'then': [run_ledger.fold_statement('process_step_id = ' ~ step_id, only_if=is_old)]},
  ], patience_ms=[100, run_ledger.setting('run_ledger_lock_timeout_ms')] | min) -%}
  {#- After a model the end of its own transaction publishes the event, together with the model. A test's is rolled back. -#}
  {%- set is_published_by_node = event_name == 'FINISHED' and model.resource_type ~ '' != 'test' -%}
  {{- return(block ~ ('' if is_published_by_node else run_ledger.publish_now())) -}}
{% endmacro %}
