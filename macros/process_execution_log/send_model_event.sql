{#- Sends the text that model_event() makes, from inside a materialization. -#}
{% macro send_model_event(event_name) %}
  {%- set text = run_ledger.model_event(event_name) -%}
  {%- if text -%}
    {%- call statement('run_ledger_event', auto_begin=true) -%}{{ text }}{%- endcall -%}
  {%- endif -%}
{% endmacro %}
