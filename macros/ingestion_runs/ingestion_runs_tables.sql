{#- The tables of the ingestion ledger: the runs, and the audit of their moves. -#}
{% macro ingestion_runs_tables() %}
  {%- set runs = run_ledger.ledger_relation('ingestion_runs') -%}
  {%- set audit = run_ledger.ledger_relation('ingestion_runs', '_transitions') -%}
  {%- set rules = run_ledger.ingestion_rules() -%}
  {%- set pairs = [] -%}
  {%- for status, targets in rules.moves.items() if targets -%}
    {%- do pairs.append('from_status = ' ~ run_ledger.sql_literal(status) ~ ' and to_status in (' ~ run_ledger.sql_literals(targets) ~ ')') -%}
  {%- endfor -%}
  {%- set name = 'idx_' ~ runs.identifier -%}
  {{- return([
    {'suffix': '', 'columns': run_ledger.ingestion_runs_columns(), 'primary_key': ['run_id'],
     'checks': run_ledger.ingestion_run_checks(),
     'foreign_keys': [{'columns': ['parent_run_id'], 'references': runs, 'to': ['run_id']}],
     'after': run_ledger.ingestion_run_triggers(runs),
     'indexes': [
      {'name': name ~ '_status_created', 'columns': ['status', 'created_at desc']},
      {'name': name ~ '_started_at', 'columns': ['started_at desc']},
      {'name': name ~ '_trace_id', 'columns': ['trace_id'], 'finds_one': true},
      {'name': name ~ '_parent', 'columns': ['parent_run_id'], 'finds_one': true},
      {'name': name ~ '_active_child', 'columns': ['parent_run_id'], 'is_unique': true,
       'where': 'status in (' ~ run_ledger.sql_literals(rules.active) ~ ')'},
    ]},
    {'suffix': '_transitions', 'columns': run_ledger.ingestion_run_transition_columns(), 'primary_key': ['run_id', 'to_status'],
     'checks': {'allowed_move': pairs | join(' or ')},
     'foreign_keys': [{'columns': ['run_id'], 'references': runs, 'to': ['run_id']}],
     'after': run_ledger.ingestion_audit_triggers(runs, audit),
     'indexes': []},
  ]) -}}
{% endmacro %}
