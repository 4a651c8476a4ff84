{#- What a ledger lacks in the warehouse: [{relation, table, is_missing, columns}], empty when all is there.
    names: from present_columns(), when somebody has them already. -#}
{% macro ledger_gaps(word, names=none) %}
  {%- set present = {} -%}
  {%- for name in (run_ledger.present_columns(word).names if names is none else names) -%}
    {%- do present.setdefault(name.split('.')[:-1] | join('.'), []).append(name.split('.')[-1]) -%}
  {%- endfor -%}
  {%- set gaps = [] -%}
  {%- for table in run_ledger.ledger_tables(word) -%}
    {%- set relation = run_ledger.ledger_relation(table.get('word', word), table.suffix) -%}
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
