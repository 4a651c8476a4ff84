{#- What the warehouse makes of the expressions, each as text. -#}
{% macro values() %}
  {%- set ts = "2025-12-10 12:34:56.789" -%}
  {%- set a = of_type(ts, 'timestamp') -%}
  {%- set b = of_type('2025-12-10 12:34:58.290', 'timestamp') -%}
  {%- set none_ts = of_type(none, 'timestamp') -%}
  {%- set document = run_ledger.json_literal({
    't': "it's", 'i': 42, 'f': 1.5, 'b': true, 'n': none, 'ts': ts, 'd': '2025-12-10', 'deep': {'er': {'key': 'here'}},
    'list': ['a', {'k': 1}, none, [2, 3]], 'none': [], 'big': 9007199254740993,
  }) -%}
  {%- set rows = "(select 2 as n, 'b' as t union all select 1, 'a' union all select 3, 'c') r" -%}
  {%- set elements = "(select " ~ document ~ " as doc) d " -%}
  {%- set expressions = {
    'timestamp_text': run_ledger.timestamp_text(a),
    'timestamp_text whole second': run_ledger.timestamp_text(of_type('2025-01-02 03:04:05', 'timestamp')),
    'timestamp_text null': run_ledger.timestamp_text(none_ts),
    'milliseconds_between': run_ledger.milliseconds_between(a, b),
    'milliseconds_between backwards': run_ledger.milliseconds_between(b, a),
    'milliseconds_between days': run_ledger.milliseconds_between(a, of_type('2026-12-10 12:34:56.790', 'timestamp')),
    'milliseconds_between null': run_ledger.milliseconds_between(a, none_ts),
    'milliseconds_after': run_ledger.timestamp_text(run_ledger.milliseconds_after(a, 1501)),
    'milliseconds_after backwards': run_ledger.timestamp_text(run_ledger.milliseconds_after(a, -60000 * 1440)),
    'milliseconds_after expression': run_ledger.timestamp_text(run_ledger.milliseconds_after(a, '-1 * coalesce(null, 211)')),
    'now_utc': run_ledger.timestamp_text(run_ledger.now_utc()),
    'json_object': run_ledger.json_to_text(run_ledger.json_object({'a': '1', 'quoted': "'x\"y'", 'gone': 'null', 'of': run_ledger.json_literal([1])})),
    'json_literal': run_ledger.json_to_text(document),
    'json_literal text': run_ledger.json_to_text(run_ledger.json_literal('a "text"')),
    'parse_json': run_ledger.json_to_text(run_ledger.parse_json("'{\"a\": ' || '[1, 2]}'")),
    'json_value text': run_ledger.json_value(document, ['t']),
    'json_value integer': run_ledger.json_value(document, ['i'], 'integer') ~ ' + 1',
    'json_value big': run_ledger.json_value(document, ['big'], 'integer'),
    'json_value float': 'case when ' ~ run_ledger.json_value(document, ['f'], 'float') ~ ' * 2 = 3 then 1 else 0 end',
    'json_value boolean': 'case when ' ~ run_ledger.json_value(document, ['b'], 'boolean') ~ ' then 1 else 0 end',
    'json_value timestamp': run_ledger.timestamp_text(run_ledger.json_value(document, ['ts'], 'timestamp')),
    'json_value date': run_ledger.json_value(document, ['d'], 'date'),
    'json_value deep': run_ledger.json_value(document, ['deep', 'er', 'key']),
    'json_value null': run_ledger.json_value(document, ['n']),
    'json_value missing': run_ledger.json_value(document, ['deep', 'no', 'key'], 'integer'),
    'json_array_agg': 'select ' ~ run_ledger.json_to_text(run_ledger.json_array_agg('t', 'n desc')) ~ ' from ' ~ rows,
    'json_array_agg objects': 'select ' ~ run_ledger.json_to_text(run_ledger.json_array_agg(run_ledger.json_object({'n': 'n', 'z': 'null'}), 'n')) ~ ' from ' ~ rows,
    'json_array_agg empty': 'select ' ~ run_ledger.json_to_text(run_ledger.json_array_agg('t', 'n')) ~ ' from ' ~ rows ~ ' where n > 3',
    'text_agg': 'select ' ~ run_ledger.text_agg('t', 'n desc') ~ ' from ' ~ rows,
    'json_elements index': 'select count(*) * 100 + sum(e.index) from ' ~ elements ~ run_ledger.json_elements('d.doc', ['list'], 'e'),
    'json_elements first': 'select max(case when e.index = 0 then ' ~ run_ledger.json_to_text('e.value') ~ ' end) from ' ~ elements ~ run_ledger.json_elements('d.doc', ['list'], 'e'),
    'json_elements object': 'select max(case when e.index = 1 then ' ~ run_ledger.json_value('e.value', ['k'], 'integer') ~ ' end) from ' ~ elements ~ run_ledger.json_elements('d.doc', ['list'], 'e'),
    'json_elements empty': 'select count(*) from ' ~ elements ~ run_ledger.json_elements('d.doc', ['none'], 'e'),
    'json_elements missing': 'select count(*) from ' ~ elements ~ run_ledger.json_elements('d.doc', ['no', 'such'], 'e'),
    'at_utc': run_ledger.timestamp_text(run_ledger.at_utc('cast(' ~ run_ledger.at_utc(a) ~ ' as ' ~ run_ledger.sql_type('instant') ~ ')')),
  } -%}
  {%- set answers = {} -%}
  {%- for name, expression in expressions.items() -%}
    {%- do answers.update({name: one(expression)}) -%}
  {%- endfor -%}
  {%- for word in run_ledger.sql_types() -%}
    {%- do answers.update({'sql_type ' ~ word: one('cast(null as ' ~ run_ledger.sql_type(word) ~ ')')}) -%}
  {%- endfor -%}
  {{- return(answers) -}}
{% endmacro %}
