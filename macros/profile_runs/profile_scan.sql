{#- One select of one row, doc: all statistics of all columns as one JSON document, from one scan of the table.
    columns: rows of profile_columns_query() as mappings; relation: SQL; options: {is_exact, sample_rate, sample_seed, row_filter}.
    column_count: of the whole table, when these are not all; 0 when another scan has measured the table itself. -#}
{% macro profile_scan(columns, relation, options, column_count=none) %}
  {%- set count = columns | length if column_count is none else column_count -%}
  {%- set functions = run_ledger.profile_functions(options.is_exact) -%}
  {%- set templates = {} -%}
  {%- for family, expressions in run_ledger.profile_expressions(functions).items() -%}
    {%- do templates.update({family: run_ledger.json_object(expressions).split('(', 1)[1]}) -%}
  {%- endfor -%}
  {%- set table = run_ledger.json_object({'name': run_ledger.sql_literal(''), 'family': run_ledger.sql_literal('table')}) -%}
  {%- set found = [table] if count else [] -%}
  {%- for column in columns -%}
    {#- The name goes in last, so that no name can be taken for a place of the template. -#}
    {%- set facts = run_ledger.json_object({'name': run_ledger.sql_literal(column.name),
      'type': run_ledger.sql_literal(column.data_type), 'family': run_ledger.sql_literal(column.family)})[:-1] -%}
    {%- set quoted = '"' ~ column.name.replace('"', '""') ~ '"' -%}
    {%- do found.append(facts ~ ', ' ~ templates[column.family].replace('{x}', quoted)) -%}
  {%- endfor -%}
  {%- set rows = relation -%}
  {%- if options.sample_rate is not none -%}
    {%- set rows = rows ~ functions.sample.replace('{percent}', (options.sample_rate * 100) ~ '').replace('{seed}', options.sample_seed ~ '') -%}
  {%- endif -%}
  {%- if options.row_filter -%}
    {#- A condition may end in a comment. -#}
    {%- set rows = rows ~ ' where ' ~ options.row_filter ~ '\n' -%}
  {%- endif -%}
  {%- if functions.flag -%}
    {#- A sample of 50,000 rows is enough to find the frequent values; how many rows a view or a part has nobody knows before. -#}
    {%- set estimate = (columns[0].row_estimate | float) * (options.sample_rate or 1) -%}
    {%- set is_large = columns[0].is_table and estimate > 100000 and not options.row_filter -%}
    {%- set flag = functions.flag.replace('{per_million}', (50000000000 / estimate) | int ~ '') if is_large else 'true' -%}
    {%- set rows = '(select *, ' ~ flag ~ ' as run_ledger_sampled from ' ~ rows ~ ') as scanned_rows' -%}
  {%- endif -%}
  {#- One row is all there is; the limit keeps Postgres from building the document anew wherever a part of it is read. -#}
  {{- return('select ' ~ run_ledger.json_object({'row_count': 'row_count', 'column_count': count, 'columns': 'measures'})
    ~ ' as doc from (\nselect count(*) as row_count, ' ~ functions.array[0] ~ found | join(functions.array[1]) ~ functions.array[2] ~ ' as measures\nfrom ' ~ rows ~ ') as scanned\nlimit 1') -}}
{% endmacro %}
