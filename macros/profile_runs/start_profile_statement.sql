{#- The insert of a run, RUNNING, with what is known about who runs it. -#}
{% macro start_profile_statement(run_id, target_table, options, facts) %}
  {%- set now = run_ledger.now_utc() -%}
  {%- set commit = run_ledger.ci_facts().git.sha or env_var('GIT_COMMIT', '') or env_var('GIT_SHA', '') -%}
  {%- set row = {'started_at': now, 'updated_at': now} -%}
  {%- for column, value in {
    'run_id': run_id, 'target_db': target_table.database, 'target_schema': target_table.schema, 'target_table': target_table.table,
    'sample_rate': options.sample_rate, 'sample_seed': options.sample_seed, 'row_filter': options.row_filter, 'is_exact': options.is_exact,
    'status': 'RUNNING', 'warehouse_name': target.warehouse or none, 'role_name': target.role or none, 'git_commit': commit or none,
    'note': facts.note, 'triggered_by': target.user or none, 'job_name': facts.job_name or invocation_id, 'request_id': facts.request_id,
  }.items() -%}
    {%- do row.update({column: run_ledger.sql_literal(value if value is defined else none)}) -%}
  {%- endfor -%}
  {{- return(run_ledger.insert_once(run_ledger.ledger_relation('profile_runs'), 'run_id', row)) -}}
{% endmacro %}
