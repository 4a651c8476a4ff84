{#- What the primitives render, without a warehouse. -#}
{% macro texts() %}
  {%- set there = api.Relation.create(database=target.database, schema='Audit', identifier='Log') -%}
  {%- set table = {
    'primary_key': ['a', 'b'], 'checks': {'a_is_positive': 'a > 0'},
    'foreign_keys': [{'columns': ['b'], 'references': there, 'to': ['k']}],
  } -%}
  {{- return({
    'sql_literal none': run_ledger.sql_literal(none),
    'sql_literal true': run_ledger.sql_literal(true),
    'sql_literal false': run_ledger.sql_literal(false),
    'sql_literal integer': run_ledger.sql_literal(-12),
    'sql_literal number': run_ledger.sql_literal(1.5),
    'sql_literal text': run_ledger.sql_literal("it's"),
    'sql_literal backslash': run_ledger.sql_literal('a\\b'),
    'sql_literal empty': run_ledger.sql_literal(''),
    'sql_literal of text true': run_ledger.sql_literal('true'),
    'clean_text': run_ledger.clean_text('a\u0000b'),
    'json_text': run_ledger.json_text({'a': [1, none, 'x\u0000', '\\u0000']}),
    'can_catch_errors': run_ledger.can_catch_errors(),
    'has_live_hooks': run_ledger.has_live_hooks(),
    'can_cross_databases': run_ledger.can_cross_databases(),
    'publish_now': run_ledger.publish_now(),
    'skip_locked': run_ledger.skip_locked(),
    'statement_limit': run_ledger.statement_limit(),
    'qualified_schema': run_ledger.qualified_schema(there),
    'create_index': run_ledger.create_index(there, {'name': 'By_A', 'columns': ['a', 'b'], 'where': 'a > 1'}),
    'create_index unique': run_ledger.create_index(there, {'name': 'By_A', 'columns': ['a'], 'is_unique': true}),
    'table_constraints': run_ledger.table_constraints(table),
    'table_constraints none': run_ledger.table_constraints({}),
    'column_definitions default': run_ledger.column_definitions(there, [
      {'name': 'n', 'type': 'varchar(8)', 'not_null': true, 'default': "'x'"}]),
    'insert_once text': run_ledger.insert_once(there, 'k', {'k': '1', 'v': "'x'"}),
    'move_row text': run_ledger.move_row(there, {'v': "'y'"}, 'k = 1', 'other'),
    'shortened': [run_ledger.shortened('abc', 3), run_ledger.shortened('abcdef', 4)],
    'ledger_relation': [run_ledger.ledger_relation('process_execution_log').identifier,
      run_ledger.ledger_relation('process_execution_log', '_events').identifier],
    'sql_types': run_ledger.sql_types().keys() | list | sort,
  }) -}}
{% endmacro %}
