{#- A running run ends as succeeded, failed or partial, by default as its counts say. -#}
{% macro finish_ingestion(run_id, status='by counts', counts=none, reason=none, actor=none, event_key=none) %}
  {%- if run_ledger.is_ingestion_on() -%}
    {%- do run_ledger.move_ingestion('finish_ingestion', run_id, status, counts, {'actor': actor, 'event_key': event_key, 'reason': reason}) -%}
  {%- endif -%}
  {{- return('') -}}
{% endmacro %}
