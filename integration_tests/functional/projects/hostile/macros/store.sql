{#- run-operation: stores every text of batch(), which the test writes, as a plain value and inside a JSON value. Every
    second statement goes through a guarded block, which quotes it once more. -#}
{% macro store(long_times=0) %}
  {%- if execute -%}
    {%- set table = api.Relation.create(database=target.database, schema=target.schema, identifier='texts') -%}
    {%- do run_query('create schema if not exists ' ~ run_ledger.qualified_schema(table)) -%}
    {%- do run_query('create table ' ~ table ~ ' (n ' ~ run_ledger.sql_type('integer') ~ ', plain ' ~ run_ledger.sql_type('text')
      ~ ', doc ' ~ run_ledger.sql_type('json') ~ ')') -%}
    {%- set texts = batch() -%}
    {%- for first in range(0, texts | length, 100) -%}
      {%- set rows = [] -%}
      {%- for text in texts[first:first + 100] -%}
        {%- do rows.append(row_of(first + loop.index0, text)) -%}
      {%- endfor -%}
      {%- do send('insert into ' ~ table ~ ' ' ~ rows | join(' union all '), (first // 100) % 2 == 1) -%}
    {%- endfor -%}
    {%- if long_times -%}
      {%- do send('insert into ' ~ table ~ ' ' ~ row_of(-1, texts[0] * long_times), false) -%}
    {%- endif -%}
    {%- do run_query('commit') if target.type == 'postgres' and dbt_version.startswith('1.') -%}
  {%- endif -%}
{% endmacro %}

{% macro row_of(number, text) %}
  {{- return('select ' ~ number ~ ', ' ~ run_ledger.sql_literal(text) ~ ', ' ~ run_ledger.json_literal({'t': text, text: 1})) -}}
{% endmacro %}

{% macro send(statement, guarded) %}
  {%- if guarded -%}
    {%- set answer = run_ledger.run_guarded([statement]) -%}
    {%- if answer.error -%}{{- exceptions.raise_compiler_error(answer.error) -}}{%- endif -%}
  {%- else -%}
    {%- do run_query(statement) -%}
  {%- endif -%}
{% endmacro %}

{#- run-operation: the texts of batch() without their secrets. -#}
{% macro redacted() %}
  {%- set answers = [] -%}
  {%- for text in batch() -%}
    {%- do answers.append(run_ledger.redact(text)) -%}
  {%- endfor -%}
  {%- do log('ANSWERS ' ~ tojson({'texts': answers}), info=true) -%}
{% endmacro %}
