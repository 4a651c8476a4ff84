{#- What the primitives that write do to a table, step by step. -#}
{% macro count_of(relation, where='1 = 1') %}
  {{- return(one('select count(*) from ' ~ relation ~ ' where ' ~ where)) -}}
{% endmacro %}

{% macro writes() %}
  {%- set answers = {} -%}
  {%- set log_table = run_ledger.ledger_relation('process_execution_log') -%}
  {%- do answers.update({
    'missing_schema before': run_query(run_ledger.missing_schema(log_table)).rows | length,
    'ledger_gaps before': run_ledger.ledger_gaps('process_execution_log') | map(attribute='is_missing') | list,
    'create_ledger': run_ledger.create_ledger('process_execution_log'),
    'create_ledger again': run_ledger.create_ledger('process_execution_log'),
    'missing_schema after': run_query(run_ledger.missing_schema(log_table)).rows | length,
    'ledger_gaps after': run_ledger.ledger_gaps('process_execution_log'),
    'present_columns': run_ledger.present_columns('process_execution_log').names,
  }) -%}

  {%- set table = api.Relation.create(database=log_table.database, schema=log_table.schema, identifier='things') -%}
  {%- set columns = [
    {'name': 'thing_sk', 'type': 'key', 'not_null': true}, {'name': 'thing_id', 'type': 'text', 'not_null': true},
    {'name': 'state', 'type': 'text', 'not_null': false}, {'name': 'doc', 'type': 'json', 'not_null': false},
  ] -%}
  {%- do run_query('create table ' ~ table ~ ' (' ~ run_ledger.column_definitions(table, columns) | join(', ') ~ ')') -%}
  {%- for statement in run_ledger.create_index(table, {'name': 'things_id', 'columns': ['thing_id']}) * 2 -%}{%- do run_query(statement) -%}{%- endfor -%}
  {%- do run_query(run_ledger.comment_on_column(table, 'state', "it's; a \\ \"comment\"")) -%}

  {%- set new = "'new'" -%}
  {%- for id in ['a', 'b', 'a'] -%}
    {%- do run_query(run_ledger.insert_once(table, 'thing_id', {
      'thing_id': run_ledger.sql_literal(id), 'state': new, 'doc': run_ledger.json_literal({'id': id})}, 'thing_sk')) -%}
  {%- endfor -%}
  {%- do answers.update({
    'insert_once': [count_of(table), count_of(table, "thing_id = 'a'")],
    'auto_key': one('select count(distinct thing_sk) from ' ~ table),
  }) -%}

  {%- set guard = "thing_id = 'a' and state = 'new'" -%}
  {%- do run_query(run_ledger.move_row(table, {'state': "'done'"}, guard)) -%}
  {%- do run_query(run_ledger.move_row(table, {'state': "'undone'"}, guard)) -%}
  {%- do run_query(run_ledger.move_row(table, {'state': 'other_state'}, 'thing_id = other_id',
    "(select 'b' as other_id, 'moved' as other_state) other")) -%}
  {%- do answers.update({'move_row': [count_of(table, "thing_id = 'a' and state = 'done'"), count_of(table, "thing_id = 'b' and state = 'moved'")]}) -%}

  {%- set add_c = "insert into " ~ table ~ " (thing_sk, thing_id) values (90, 'c')" -%}
  {%- set add_d = "insert into " ~ table ~ " (thing_sk, thing_id) values (91, 'd')" -%}
  {%- do answers.update({
    'run_guarded value': run_ledger.run_guarded([], "'ok; it''s'"),
    'run_guarded nothing': run_ledger.run_guarded([]),
    'run_guarded when': run_ledger.run_guarded([
      {'when': "select 1 from " ~ table ~ " where thing_id = 'a'", 'then': [add_c]},
      {'when': "select 1 from " ~ table ~ " where thing_id = 'nobody'", 'then': [add_d]},
    ], "(select max(thing_id) from " ~ table ~ ")"),
  }) -%}
  {%- if run_ledger.can_catch_errors() -%}
    {%- set failed = run_ledger.run_guarded([add_d, 'insert into ' ~ table ~ ' (nowhere) values (1)']) -%}
    {%- do answers.update({
      'run_guarded error': failed.error | lower, 'run_guarded error value': failed.value,
      'run_guarded after error': count_of(table, "thing_id = 'd'"),
      'run_guarded error in value': run_ledger.run_guarded([], '(select nowhere from ' ~ table ~ ')').error | lower,
    }) -%}
  {%- endif -%}

  {%- do run_query(run_ledger.insert_job_statement()) -%}
  {%- if target.type == 'duckdb' -%}
    {%- do run_query('drop index ' ~ log_table.include(identifier=false) ~ '.process_execution_log_step_id') -%}
  {%- endif -%}
  {%- do run_query('alter table ' ~ log_table ~ ' drop column error_message_obj') -%}
  {%- do answers.update({
    'ledger_gaps of an old table': run_ledger.ledger_gaps('process_execution_log') | map(attribute='columns') | first | map(attribute='name') | list,
    'migrated': run_ledger.create_ledger('process_execution_log'),
    'row after migration': count_of(log_table, 'error_message_obj is null and execution_status_name is not null'),
  }) -%}
  {{- return(answers) -}}
{% endmacro %}
