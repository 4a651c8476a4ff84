{#- What the procedures are made of, so that they say what the macros say: {runs, results, families, columns_query, start, results_query,
    succeed, fail}. Their own names in SQL begin with p_ for what the caller gives and v_ for what they find. -#}
{% macro profile_procedure_parts() %}
  {%- set runs, results = run_ledger.ledger_relation('profile_runs'), run_ledger.ledger_relation('profile_runs', '_results') -%}
  {%- set variable = run_ledger.procedure_variable -%}
  {%- set is_exact = run_ledger.setting('run_ledger_profile_exact') -%}
  {%- set functions = run_ledger.profile_functions(is_exact) -%}
  {%- set families = {} -%}
  {%- for family, expressions in run_ledger.profile_expressions(functions).items() -%}
    {%- do families.update({family: run_ledger.json_object(expressions).split('(', 1)[1]}) -%}
  {%- endfor -%}
  {%- set now = run_ledger.now_utc() -%}
  {%- set row = {'run_id': variable('v_run_id'), 'target_db': variable('p_database'), 'target_schema': variable('p_schema'),
    'target_table': variable('p_table'), 'sample_rate': variable('p_sample_rate'), 'sample_seed': variable('p_sample_seed'),
    'row_filter': variable('p_row_filter'), 'is_exact': run_ledger.sql_literal(is_exact), 'status': run_ledger.sql_literal('RUNNING'),
    'note': variable('p_note'), 'job_name': variable('p_job_name'), 'request_id': variable('p_request_id'), 'started_at': now, 'updated_at': now} -%}
  {%- set end = {'finished_at': now, 'updated_at': now} -%}
  {%- set open = "run_id = " ~ variable('p_run_id') ~ " and status = 'RUNNING'" -%}
  {{- return({
    'runs': runs, 'results': results, 'families': families, 'sample': functions.sample, 'row': row, 'open': open,
    'succeed': run_ledger.move_row(runs, dict(end, status=run_ledger.sql_literal('SUCCEEDED')), open),
    'fail': run_ledger.move_row(runs, dict(end, status=run_ledger.sql_literal('FAILED'), error_code=variable('p_error_code'),
      error_message=variable('p_error_message')), open),
    'results_query': run_ledger.profile_results_query(variable('p_run_id'), '(select ' ~ variable('p_document') ~ ' as doc)',
      variable('v_is_sampled'), run_ledger.personal_condition([]), is_exact),
  }) -}}
{% endmacro %}
