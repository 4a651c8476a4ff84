{#- A run that is queued or running ends as cancelled. -#}
{% macro cancel_ingestion(run_id, counts=none, reason=none, actor=none, event_key=none) %}
  {%- if run_ledger.is_ingestion_on() -%}
    {%- do run_ledger.move_ingestion('cancel_ingestion', run_id, 'cancelled', counts, {'actor': actor, 'event_key': event_key, 'reason': reason}) -%}
  {%- endif -%}
  {{- return('') -}}
{% endmacro %}
