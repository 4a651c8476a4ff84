{#- run-operation: creates the alert inside the warehouse, where it has such a thing. integration: the notification integration
    that carries the message, of Slack for one. schema: where run_ledger__function_alert_windows was built. -#}
{% macro create_function_log_alert(integration, schema=target.schema) %}
  {%- if execute -%}
    {%- do run_ledger.check_settings() -%}
    {%- set windows = api.Relation.create(database=target.database, schema=schema, identifier='run_ledger__function_alert_windows') -%}
    {%- for statement in run_ledger.alert_statements(windows, run_ledger.ledger_relation('function_logs', '_notifications'), integration) -%}
      {%- do run_query(statement) -%}
    {%- endfor -%}
    {%- do log('run_ledger: created and resumed the alert high_function_error_rate', info=true) -%}
  {%- endif -%}
{% endmacro %}
