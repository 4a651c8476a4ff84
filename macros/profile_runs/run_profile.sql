{#- Profiles one table and records it: {run_id, status, error, is_new}. A caller's run_id or request_id that is known already runs
    nothing. facts: {run_id, request_id, note, job_name}, each optional. -#}
{% macro run_profile(target_table, options, facts) %}
  {%- set runs, results = run_ledger.ledger_relation('profile_runs'), run_ledger.ledger_relation('profile_runs', '_results') -%}
  {%- set seed = facts.request_id or (invocation_id ~ modules.datetime.datetime.utcnow()) -%}
  {%- set run_id = facts.run_id or local_md5(target_table.database ~ '.' ~ target_table.schema ~ '.' ~ target_table.table ~ '|' ~ seed) -%}
  {%- set here = 'run_id = ' ~ run_ledger.sql_literal(run_id) -%}
  {%- set is_running = ' and exists (select 1 from ' ~ runs ~ ' where ' ~ here ~ " and status = 'RUNNING')" -%}
  {%- set status = '(select max(status) from ' ~ runs ~ ' where ' ~ here ~ ')' -%}
  {%- if facts.run_id or facts.request_id -%}
    {%- set before = run_ledger.write_ledger('profile_runs', [], status) -%}
    {%- if before.value or before.error -%}
      {{- return({'run_id': run_id, 'status': before.value, 'error': before.error, 'is_new': false}) -}}
    {%- endif -%}
  {%- endif -%}
  {%- set found = run_ledger.profiled_columns(target_table) -%}
  {%- set started = run_ledger.write_ledger('profile_runs', run_ledger.close_dead_profiles()
    + [run_ledger.start_profile_statement(run_id, found.place, options, facts)], status) -%}
  {%- if started.error -%}
    {%- set begun = run_ledger.run_guarded([], status).value -%} {#- by another, of two that ask for the same at once -#}
    {{- return({'run_id': run_id, 'status': begun, 'error': '' if begun else started.error, 'is_new': false}) -}}
  {%- endif -%}
  {%- if found.error -%}
    {%- set answer = found -%}
  {%- else -%}
    {%- set how = dict(options, is_exact=options.is_exact or found.is_small) -%}
    {%- set statements = [] -%}
    {%- for columns in found.columns | batch(run_ledger.profile_functions(how.is_exact).chunk) -%}
      {%- set scan = run_ledger.profile_scan(columns, found.relation, how, found.columns | length if loop.first else 0) -%}
      {%- set query = run_ledger.profile_results_query(run_ledger.sql_literal(run_id), '(' ~ scan ~ ')',
        'true' if options.sample_rate is not none else 'false', run_ledger.personal_condition(target_table.personal), how.is_exact) -%}
      {%- do statements.append('insert into ' ~ results ~ ' (run_id, column_name, metric_name, value_num, value_text, is_approx)\n' ~ query ~ is_running) -%}
    {%- endfor -%}
    {%- do statements.append(run_ledger.close_profile_statement(here, 'SUCCEEDED')) -%}
    {%- set answer = run_ledger.run_guarded(run_ledger.as_transaction(statements), status) -%}
  {%- endif -%}
  {#- Snowflake leaves the transaction of a failed block open, and what it inserted goes with it. Where somebody else has finished the
      same request meanwhile, theirs is the run. -#}
  {%- set ended = run_ledger.run_guarded(run_ledger.as_transaction(['delete from ' ~ results ~ ' where ' ~ here ~ is_running,
    run_ledger.close_profile_statement(here, 'FAILED', answer.error)]), status) if answer.error else answer -%}
  {{- return({'run_id': run_id, 'status': ended.value, 'error': '' if ended.value == 'SUCCEEDED' else answer.error or ended.error, 'is_new': true}) -}}
{% endmacro %}
