{#- The documents of a row that somebody else closes, as columns: where the job stands, and as CANCELLED the steps that a
    recorder had written as RUNNING. Those that hooks wrote are folded from their events before. -#}
{% macro cut_off_documents(current_step) %}
  {%- set counts = {} -%}
  {%- for column, part, keys in [
    ('counts', 'destination_data_cnt_obj', ['total_models', 'completed', 'failed', 'skipped', 'planned_models']),
    ('summary', run_ledger.json_part('step_execution_obj', 'summary'), ['total', 'success', 'error', 'skipped', 'warn']),
  ] -%}
    {%- set cut = 'coalesce(' ~ run_ledger.json_value(part, ['running'], 'integer') ~ ', 0)' -%}
    {%- set cancelled = 'coalesce(' ~ run_ledger.json_value(part, ['cancelled'], 'integer') ~ ', 0)' -%}
    {%- set pairs = {'running': '0', 'cancelled': cancelled ~ ' + ' ~ cut} -%}
    {%- for key in keys -%}
      {%- do pairs.update({key: run_ledger.json_value(part, [key], 'integer')}) -%}
    {%- endfor -%}
    {%- do counts.update({column: run_ledger.json_object(pairs)}) -%}
  {%- endfor -%}
  {#- Inside a text of a document each quote has a backslash before it, so these are nobody's words. -#}
  {%- set models = run_ledger.json_to_text(run_ledger.json_part('step_execution_obj', 'models')) -%}
  {%- set with_blank = [run_ledger.sql_literal('"status": "RUNNING"'), run_ledger.sql_literal('"status": "CANCELLED"')] -%}
  {%- set without = [run_ledger.sql_literal('"status":"RUNNING"'), run_ledger.sql_literal('"status":"CANCELLED"')] -%}
  {%- set models = 'replace(replace(' ~ ([models] + with_blank) | join(', ') ~ '), ' ~ without | join(', ') ~ ')' -%}
  {{- return({
    'destination_data_cnt_obj': counts.counts,
    'step_execution_obj': run_ledger.json_object({
      'current_step': run_ledger.sql_literal(current_step), 'summary': counts.summary, 'models': run_ledger.parse_json(models),
    }),
  }) -}}
{% endmacro %}
