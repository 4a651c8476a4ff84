{#- A run that is queued becomes running. -#}
{% macro start_ingestion(run_id, counts=none, actor=none, event_key=none) %}
  {%- if run_ledger.is_ingestion_on() -%}
    {%- do run_ledger.move_ingestion('start_ingestion', run_id, 'running', counts, {'actor': actor, 'event_key': event_key}) -%}
  {%- endif -%}
  {{- return('') -}}
{% endmacro %}
