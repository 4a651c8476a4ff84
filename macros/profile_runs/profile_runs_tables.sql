{#- The tables of the profile ledger. The checks hold where a warehouse enforces them; the macros do not rely on them. -#}
{% macro profile_runs_tables() %}
  {%- set name = run_ledger.setting('run_ledger_profile_runs_identifier') -%}
  {{- return([
    {'suffix': '', 'columns': run_ledger.profile_runs_columns(), 'primary_key': ['run_id'],
     'cluster_by': ['target_db', 'target_schema', 'target_table', 'to_date(started_at)'], 'checks': {
      name ~ '_sample_rate': 'sample_rate > 0 and sample_rate <= 1',
      name ~ '_running': "(status = 'RUNNING') = (finished_at is null)",
      name ~ '_times': 'finished_at >= started_at',
    }, 'indexes': [
      {'name': name ~ '_target', 'columns': ['target_db', 'target_schema', 'target_table', 'started_at']},
      {'name': name ~ '_open', 'columns': ['status', 'started_at'], 'where': "status <> 'SUCCEEDED'"},
    ]},
    {'suffix': '_results', 'columns': run_ledger.profile_results_columns(), 'primary_key': ['run_id', 'column_name', 'metric_name'],
     'cluster_by': ['run_id'],
     'indexes': [], 'after': run_ledger.profile_procedures(run_ledger.profile_procedure_parts()) if run_ledger.can_catch_errors() else []},
  ]) -}}
{% endmacro %}
