{#- What the procedures are made of, so that they say what the macros say: {runs, results, families, columns_query, start, results_query,
    succeed, fail}. Their own names in SQL begin with p_ for what the caller gives and v_ for what they find. -#}
{% macro profile_procedure_parts() %}
  {%- set runs, results = run_ledger.ledger_relation('profile_runs'), run_ledger.ledger_relation('profile_runs', '_results') -%}
  {%- set is_exact = run_ledger.setting('run_ledger_profile_exact') -%}
  {%- set functions = run_ledger.profile_functions(is_exact) -%}
  {%- set mark = functions.variable -%}
  {%- set families = {} -%}
  {%- for family, expressions in run_ledger.profile_expressions(functions).items() -%}
    {%- do families.update({family: run_ledger.json_object(expressions).split('(', 1)[1]}) -%}
  {%- endfor -%}
  {%- set now = run_ledger.now_utc() -%}
  {%- set row = {'run_id': mark ~ 'v_run_id', 'target_db': mark ~ 'p_database', 'target_schema': mark ~ 'p_schema',
    'target_table': mark ~ 'p_table', 'sample_rate': mark ~ 'p_sample_rate', 'sample_seed': mark ~ 'p_sample_seed',
    'row_filter': mark ~ 'p_row_filter', 'is_exact': run_ledger.sql_literal(is_exact), 'status': run_ledger.sql_literal('RUNNING'),
    'note': mark ~ 'p_note', 'job_name': mark ~ 'p_job_name', 'request_id': mark ~ 'p_request_id', 'started_at': now, 'updated_at': now} -%}
  {%- set end = {'finished_at': now, 'updated_at': now} -%}
  {%- set open = "run_id = " ~ mark ~ "p_run_id and status = 'RUNNING'" -%}
  {{- return({
    'runs': runs, 'results': results, 'families': families, 'sample': functions.sample, 'row': row, 'open': open,
    'succeed': run_ledger.move_row(runs, dict(end, status=run_ledger.sql_literal('SUCCEEDED')), open),
    'fail': run_ledger.move_row(runs, dict(end, status=run_ledger.sql_literal('FAILED'), error_code=mark ~ 'p_error_code',
      error_message=mark ~ 'p_error_message'), open),
    'results_query': run_ledger.profile_results_query(mark ~ 'p_run_id', '(select ' ~ mark ~ 'p_document' ~ ' as doc)',
      mark ~ 'v_is_sampled', run_ledger.personal_condition([]), is_exact),
  }) -}}
{% endmacro %}
