{#- Creates or migrates one ledger. Returns {error, changed}: changed says in words what was done. -#}
{% macro create_ledger(word) %}
  {%- set obstacle = run_ledger.write_obstacle(run_ledger.setting('run_ledger_database')) -%}
  {%- set present = {'error': obstacle} if obstacle else run_ledger.present_columns(word) -%}
  {%- if present.error -%}
    {{- return({'error': present.error, 'changed': []}) -}}
  {%- endif -%}
  {%- set gaps = run_ledger.ledger_gaps(word, present.names) -%}
  {%- if gaps | length == 0 -%}
    {{- return({'error': '', 'changed': []}) -}}
  {%- endif -%}
  {%- set answer = run_ledger.run_guarded(run_ledger.create_ledger_statements(word, gaps)) -%}
  {%- set changed = [] -%}
  {%- for gap in gaps -%}
    {%- set what = 'created' if gap.is_missing else 'added ' ~ gap.columns | map(attribute='name') | join(', ') ~ ' to' -%}
    {%- do changed.append(what ~ ' ' ~ gap.relation) -%}
  {%- endfor -%}
  {{- return({'error': answer.error, 'changed': [] if answer.error else changed}) -}}
{% endmacro %}
