{#- A new run, queued. With a run_id or an event_key it is made once, however often the request comes. -#}
{% macro queue_ingestion(run_kind, mode, target_types, run_id=none, trace_id=none, requested_by=none, target_count=0, event_key=none) %}
  {%- if run_ledger.is_ingestion_on() -%}
    {%- set id = run_id or run_ledger.ingestion_id(event_key or invocation_id ~ modules.datetime.datetime.utcnow()) -%}
    {%- set key = run_ledger.ingestion_key(id) -%}
    {%- set rules = run_ledger.ingestion_rules() -%}
    {%- set words = {'run_kind': [[run_kind], run_ledger.setting('run_ledger_ingestion_kinds')], 'mode': [[mode], rules.modes],
      'target_types': [target_types, run_ledger.setting('run_ledger_ingestion_target_types')]} -%}
    {%- for name, word in words.items() if not word[0] or word[0] is string or word[0] | unique | list | length != word[0] | length
        or word[0] | reject('in', word[1]) | list -%}
      {{- return(run_ledger.ingestion_problem('queue_ingestion', 'expected ' ~ name ~ ' out of ' ~ word[1] | join(', ') ~ ', each once, got '
        ~ (word[0] if name == 'target_types' else word[0][0]) ~ '. Correct ' ~ name ~ '.')) -}}
    {%- endfor -%}
    {%- set answer = run_ledger.write_ledger('ingestion_runs', [run_ledger.insert_once(run_ledger.ledger_relation('ingestion_runs'), 'run_id', {
      'run_id': key,
      'run_kind': run_ledger.sql_literal(run_kind),
      'mode': run_ledger.sql_literal(mode),
      'status': run_ledger.sql_literal(rules.new),
      'target_types': run_ledger.list_literal(target_types),
      'requested_by': run_ledger.sql_literal(requested_by),
      'target_count': run_ledger.sql_literal(target_count),
      'unprocessed_count': run_ledger.sql_literal(target_count),
      'trace_id': run_ledger.sql_literal(trace_id or invocation_id),
      'created_at': run_ledger.at_utc(run_ledger.now_utc()),
    })]) -%}
    {%- if answer.error -%}
      {{- return(run_ledger.ingestion_problem('queue_ingestion', answer.error)) -}}
    {%- endif -%}
    {%- do log('run_ledger: run ' ~ id ~ ' is queued', info=true) -%}
  {%- endif -%}
  {{- return('') -}}
{% endmacro %}
