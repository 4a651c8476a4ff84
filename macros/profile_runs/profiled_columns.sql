{#- What is to be profiled of a table: {error, place, relation, columns}. place: {database, schema, table} as the catalog has them, or as
    given when it has none such; relation: SQL with those names quoted. is_small: so few rows that an estimate would save nothing. -#}
{% macro profiled_columns(target, column=none) %}
  {%- set name = target.database ~ '.' ~ target.schema ~ '.' ~ target.table -%}
  {%- set query = run_ledger.profile_columns_query(run_ledger.sql_literal(target.database), run_ledger.sql_literal(target.schema),
    run_ledger.sql_literal(target.table), api.Relation.create(database=target.database, schema=target.schema).include(schema=false)) -%}
  {%- set exact, folded, tables = [], [], [] -%}
  {%- for row in run_query('select schema_name, table_name, name, data_type, family, is_table, row_estimate from (' ~ query
      ~ ') as found order by schema_name, table_name, position').rows -%}
    {%- set found = {'name': row[2], 'data_type': row[3], 'family': row[4], 'is_table': row[5], 'row_estimate': row[6]} -%}
    {%- do folded.append(found) -%}
    {%- if [row[0], row[1]] not in tables -%}{%- do tables.append([row[0], row[1]]) -%}{%- endif -%}
    {%- if row[0] == target.schema and row[1] == target.table -%}{%- do exact.append(found) -%}{%- endif -%}
  {%- endfor -%}
  {%- set columns = exact or folded -%}
  {%- set names = [target.schema, target.table] if exact or not tables else tables[0] -%}
  {%- set place = {'database': target.database, 'schema': names[0], 'table': names[1]} -%}
  {%- if not columns -%}
    {{- return({'place': place, 'error': 'TABLE_NOT_FOUND expected a table or view that this role can see, got none called ' ~ name}) -}}
  {%- elif not exact and tables | length > 1 -%}
    {{- return({'place': place, 'error': 'AMBIGUOUS_NAME expected one table, got several that differ from ' ~ name ~ ' in case alone; write it in its own case'}) -}}
  {%- elif column is not none -%}
    {%- set columns = columns | selectattr('name', 'equalto', column) | list or columns | selectattr('name', 'equalto', column | upper) | list -%}
    {%- if not columns -%}
      {{- return({'place': place, 'error': 'COLUMN_NOT_FOUND expected a column of ' ~ name ~ ', got ' ~ column}) -}}
    {%- endif -%}
  {%- endif -%}
  {%- set quoted = [] -%}
  {%- for part in place.values() -%}
    {%- do quoted.append('"' ~ part.replace('"', '""') ~ '"') -%}
  {%- endfor -%}
  {{- return({'place': place, 'error': '', 'relation': quoted | join('.'), 'columns': columns,
    'is_small': columns[0].is_table and columns[0].row_estimate | float > 0 and columns[0].row_estimate | float <= 100000}) -}}
{% endmacro %}
