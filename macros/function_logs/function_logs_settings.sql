{#- The settings of the function logs, in the form of setting_specs(). -#}
{% macro function_logs_settings() %}
  {%- set prefix = 'run_ledger_function_logs_' -%}
  {{- return({
    prefix ~ 'identifier': {'type': 'name', 'default': 'azfunctions_logs'},
    prefix ~ 'url': {'type': 'text', 'default': none, 'optional': true},
    prefix ~ 'integration': {'type': 'name', 'default': none, 'optional': true},
    prefix ~ 'viewer_role': {'type': 'name', 'default': none, 'optional': true},
    prefix ~ 'personal_fields': {'type': 'list', 'default': ['user_id', 'user_name', 'email', 'phone', 'ip_address']},
    prefix ~ 'horizon_days': {'type': 'integer', 'default': 365, 'at_least': 1},
    prefix ~ 'lookback_hours': {'type': 'integer', 'default': 3, 'at_least': 0},
    prefix ~ 'reread_from': {'type': 'text', 'default': none, 'optional': true},
    prefix ~ 'error_rate_warn': {'type': 'number', 'default': 0.01, 'at_least': 0},
    prefix ~ 'error_rate_page': {'type': 'number', 'default': 0.05, 'at_least': 0},
    prefix ~ 'sla_ms': {'type': 'number', 'default': 3000, 'at_least': 0},
    prefix ~ 'sla_budget': {'type': 'number', 'default': 0.01, 'at_least': 0},
    prefix ~ 'min_sample': {'type': 'integer', 'default': 20, 'at_least': 1},
    prefix ~ 'alert_hours': {'type': 'integer', 'default': 24, 'at_least': 1},
    prefix ~ 'alert_warehouse': {'type': 'name', 'default': 'MONITORING_WH'},
  }) -}}
{% endmacro %}
