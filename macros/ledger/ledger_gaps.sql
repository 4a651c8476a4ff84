{#- What a ledger lacks in the warehouse: [{relation, table, is_missing, columns}], empty when all is there. -#}
{% macro ledger_gaps(word) %}
  {%- set present = {} -%}
  {%- for row in run_query(run_ledger.existing_columns(run_ledger.ledger_relation(word))).rows -%}
    {%- do present.setdefault(row[0], []).append(row[1]) -%}
  {%- endfor -%}
  {%- set gaps = [] -%}
  {%- for table in run_ledger.ledger_tables(word) -%}
    {%- set relation = run_ledger.ledger_relation(word, table.suffix) -%}
    {%- set there = present.get(relation.identifier | lower, []) -%}
    {%- set missing = [] -%}
    {%- for column in table.columns if column.name not in there -%}
      {%- do missing.append(column) -%}
    {%- endfor -%}
    {%- if missing -%}
      {%- do gaps.append({'relation': relation, 'table': table, 'is_missing': there | length == 0, 'columns': missing}) -%}
    {%- endif -%}
  {%- endfor -%}
  {{- return(gaps) -}}
{% endmacro %}
