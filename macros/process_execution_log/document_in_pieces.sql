{#- A JSON document for one column: {expression, statements}. When it is too long for one statement of the warehouse, the
    statements store it in pieces as events and the expression puts it together again. -#}
{% macro document_in_pieces(name, document) %}
  {%- set limit = run_ledger.statement_limit() -%}
  {%- set text = run_ledger.json_text(document) -%}
  {%- if text | length <= limit -%}
    {{- return({'expression': run_ledger.parse_json(run_ledger.sql_literal(text)), 'statements': []}) -}}
  {%- endif -%}
  {%- set events = run_ledger.ledger_relation('process_execution_log', '_events') -%}
  {%- set step_id = run_ledger.sql_literal(run_ledger.process_step_id()) -%}
  {#- An end that is tried twice must not join the pieces of both. -#}
  {%- set statements = [run_ledger.delete_events_statement(run_ledger.process_step_id())
    ~ ' and event_name = ' ~ run_ledger.sql_literal(name)] -%}
  {%- for number in range((text | length + limit - 1) // limit) -%}
    {%- do statements.append('insert into ' ~ events ~ ' (process_step_id, event_name, event_at, piece_number, piece_text)\nvalues ('
      ~ [step_id, run_ledger.sql_literal(name), run_ledger.now_utc(), number,
         run_ledger.sql_literal(text[number * limit:(number + 1) * limit])] | join(', ') ~ ')') -%}
  {%- endfor -%}
  {{- return({'statements': statements, 'expression': run_ledger.parse_json(
    '(select ' ~ run_ledger.text_agg('piece_text', 'piece_number') ~ ' from ' ~ events ~ ' where process_step_id = ' ~ step_id
    ~ ' and event_name = ' ~ run_ledger.sql_literal(name) ~ ')')}) -}}
{% endmacro %}
