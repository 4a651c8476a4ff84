{#- The statements that fill a ledger's gaps: create what is missing, add the columns that an older table lacks. -#}
{% macro create_ledger_statements(word, gaps) %}
  {%- set home = run_ledger.ledger_relation(word) -%}
  {%- set statements = [{'when': run_ledger.missing_schema(home),
    'then': ['create schema if not exists ' ~ run_ledger.qualified_schema(home)]}] -%}
  {%- for gap in gaps -%}
    {%- set relation = gap.relation -%}
    {%- if gap.is_missing -%}
      {%- set parts = run_ledger.column_definitions(relation, gap.columns) + run_ledger.table_constraints(gap.table) -%}
      {%- do statements.extend(gap.table.get('create')
        or ['create table if not exists ' ~ relation ~ ' (\n  ' ~ parts | join(',\n  ') ~ '\n)' ~ run_ledger.partition_clause(gap.table)]) -%}
      {%- for index in gap.table.indexes -%}
        {%- do statements.extend(run_ledger.create_index(relation, index)) -%}
      {%- endfor -%}
      {%- do statements.extend(gap.table.get('after', [])) -%}
    {%- elif gap.table.get('migration') -%}
      {%- do statements.extend(run_ledger[gap.table.migration](relation, gap.table.columns, added=gap.columns)) -%}
    {%- else -%}
      {#- Old rows have no value, so an added column takes null whatever the list says. -#}
      {%- for column in gap.columns -%}
        {%- do statements.append('alter table ' ~ relation ~ ' add column ' ~ column.name ~ ' ' ~ run_ledger.sql_type(column.type)) -%}
      {%- endfor -%}
    {%- endif -%}
    {%- for column in gap.columns if gap.table.get('is_commented', true) -%}
      {%- do statements.append(run_ledger.comment_on_column(relation, column.name, column.comment)) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{- return(statements) -}}
{% endmacro %}
