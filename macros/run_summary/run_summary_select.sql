{#- A select of every column of the run summary in its type, from one ledger. What a ledger does not tell is null.
    row: a mapping of column to SQL expression over from_item; an attempt that is null is counted along the chain of parents. -#}
{% macro run_summary_select(ledger, row, from_item) %}
  {%- set row = dict({'attempt': '1'}, **row) -%}
  {%- do row.update({
    'ledger': run_ledger.sql_literal(ledger),
    'run_summary_id': run_ledger.sql_literal(ledger ~ '|') ~ ' || ' ~ row.run_id,
    'run_date': row.recorded_at,
    'error': "left(trim(replace(replace(" ~ row.error ~ ", chr(10), ' '), chr(13), ' ')), 300)",
  }) -%}
  {%- for column, ends in {'duration_seconds': ['started_at', 'ended_at'], 'queue_seconds': ['queued_at', 'started_at']}.items() -%}
    {%- if column not in row and ends[0] in row -%}
      {%- do row.update({column: run_ledger.milliseconds_between(row[ends[0]], row[ends[1]]) ~ ' / 1000.0'}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set items = [] -%}
  {%- for column, type in run_ledger.run_summary_columns().items() -%}
    {%- do items.append('cast(' ~ row.get(column, 'null') ~ ' as ' ~ run_ledger.sql_type(type) ~ ') as ' ~ column) -%}
  {%- endfor -%}
  {{- return('select\n    ' ~ items | join(',\n    ') ~ '\n  from ' ~ from_item) -}}
{% endmacro %}
