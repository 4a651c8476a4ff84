{#- Every setting once: what it may be and what it is when nobody says. Read them through setting() alone. What
    run_ledger_ledgers allows is the list of all ledgers: adding one starts there.
    type: boolean, integer, number, text, name, quoted_name, list. optional: none is allowed. -#}
{% macro setting_specs() %}
  {{- return({
    'run_ledger_enabled': {'type': 'boolean', 'default': true},
    'run_ledger_models': {'type': 'boolean', 'default': false},
    'run_ledger_ledgers': {'type': 'list', 'default': ['process_execution_log'], 'allowed': ['process_execution_log', 'function_logs']},
    'run_ledger_database': {'type': 'quoted_name', 'default': target.database},
    'run_ledger_schema': {'type': 'name', 'default': 'run_ledger'},
    'run_ledger_process_execution_log_identifier': {'type': 'name', 'default': 'process_execution_log'},
    'run_ledger_on_error': {'type': 'text', 'default': 'warn', 'allowed': ['warn', 'raise']},
    'run_ledger_flush_seconds': {'type': 'number', 'default': 1, 'at_least': 0},
    'run_ledger_lease_minutes': {'type': 'integer', 'default': 1440, 'at_least': 1},
    'run_ledger_lock_timeout_ms': {'type': 'integer', 'default': 2000, 'at_least': 1},
    'run_ledger_max_error_chars': {'type': 'integer', 'default': 4000, 'at_least': 100},
    'run_ledger_redact_patterns': {'type': 'list', 'default': []},
    'run_ledger_job_key': {'type': 'text', 'default': none, 'optional': true},
    'run_ledger_parent': {'type': 'text', 'default': none, 'optional': true},
    'run_ledger_function_logs_identifier': {'type': 'name', 'default': 'azfunctions_logs'},
    'run_ledger_function_logs_url': {'type': 'text', 'default': none, 'optional': true},
    'run_ledger_function_logs_integration': {'type': 'name', 'default': none, 'optional': true},
    'run_ledger_function_logs_viewer_role': {'type': 'name', 'default': none, 'optional': true},
    'run_ledger_function_logs_personal_fields': {'type': 'list', 'default': ['user_id', 'user_name', 'email', 'phone', 'ip_address']},
    'run_ledger_function_logs_horizon_days': {'type': 'integer', 'default': 365, 'at_least': 1},
    'run_ledger_function_logs_lookback_hours': {'type': 'integer', 'default': 3, 'at_least': 0},
    'run_ledger_function_logs_reread_from': {'type': 'text', 'default': none, 'optional': true},
    'run_ledger_function_logs_error_rate_warn': {'type': 'number', 'default': 0.01, 'at_least': 0},
    'run_ledger_function_logs_error_rate_page': {'type': 'number', 'default': 0.05, 'at_least': 0},
    'run_ledger_function_logs_sla_ms': {'type': 'number', 'default': 3000, 'at_least': 0},
    'run_ledger_function_logs_sla_budget': {'type': 'number', 'default': 0.01, 'at_least': 0},
    'run_ledger_function_logs_min_sample': {'type': 'integer', 'default': 20, 'at_least': 1},
    'run_ledger_function_logs_alert_hours': {'type': 'integer', 'default': 24, 'at_least': 1},
    'run_ledger_function_logs_alert_warehouse': {'type': 'name', 'default': 'MONITORING_WH'},
  }) -}}
{% endmacro %}
