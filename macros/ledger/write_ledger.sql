{#- Runs statements against a ledger, creating or migrating it first when it is not there. Returns {error, value}.
    Costs one round trip when nothing is missing, where the warehouse can catch; else one look and the statements. -#}
{% macro write_ledger(word, statements, value_sql='null') %}
  {%- if run_ledger.can_catch_errors() -%}
    {%- set answer = run_ledger.run_guarded(statements, value_sql) -%}
    {%- if not answer.error -%}
      {{- return(answer) -}}
    {%- endif -%}
    {%- set created = run_ledger.create_ledger(word) -%}
    {#- Nothing was missing: the first answer is the reason. But two jobs may start at once, and then the other one has
        created it, before this one looked or while this one tried. -#}
    {%- if not (created.changed or created.error or run_ledger.is_missing_error(answer.error)) -%}
      {{- return(answer) -}}
    {%- endif -%}
    {%- set again = run_ledger.run_guarded(statements, value_sql) -%}
    {{- return({'error': created.error or again.error, 'value': ''} if again.error else again) -}}
  {%- else -%}
    {%- set tables = [] -%}
    {%- for table in run_ledger.ledger_tables(word) -%}
      {%- do tables.append({'relation': run_ledger.ledger_relation(table.get('word', word), table.suffix), 'columns': table.columns,
        'has_checks': table.checks is defined}) -%}
    {%- endfor -%}
    {%- set error = run_ledger.ledger_obstacle(tables) or run_ledger.create_ledger(word).error -%}
    {%- if error -%}
      {{- return({'error': error, 'value': ''}) -}}
    {%- endif -%}
  {%- endif -%}
  {{- return(run_ledger.run_guarded(statements, value_sql)) -}}
{% endmacro %}
