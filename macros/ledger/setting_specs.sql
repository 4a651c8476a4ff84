{#- Every setting once: what it may be and what it is when nobody says. Read them through setting() alone. What
    run_ledger_ledgers allows is the list of all ledgers: adding one starts there.
    type: boolean, integer, number, text, name, quoted_name, list, mapping. optional: none is allowed. -#}
{% macro setting_specs() %}
  {{- return({
    'run_ledger_enabled': {'type': 'boolean', 'default': true},
    'run_ledger_models': {'type': 'boolean', 'default': false},
    'run_ledger_ledgers': {'type': 'list', 'default': ['process_execution_log'], 'allowed': ['process_execution_log', 'processing_logs']},
    'run_ledger_database': {'type': 'quoted_name', 'default': target.database},
    'run_ledger_schema': {'type': 'name', 'default': 'run_ledger'},
    'run_ledger_process_execution_log_identifier': {'type': 'name', 'default': 'process_execution_log'},
    'run_ledger_processing_logs_identifier': {'type': 'name', 'default': 'processing_logs'},
    'run_ledger_users_identifier': {'type': 'name', 'default': 'users'},
    'run_ledger_user_statistics_identifier': {'type': 'name', 'default': 'user_statistics'},
    'run_ledger_processing_logs_retention': {'type': 'mapping', 'default': {}},
    'run_ledger_processing_logs_require_export': {'type': 'boolean', 'default': false},
    'run_ledger_processing_logs_months_ahead': {'type': 'integer', 'default': 12, 'at_least': 1},
    'run_ledger_on_error': {'type': 'text', 'default': 'warn', 'allowed': ['warn', 'raise']},
    'run_ledger_flush_seconds': {'type': 'number', 'default': 1, 'at_least': 0},
    'run_ledger_lease_minutes': {'type': 'integer', 'default': 1440, 'at_least': 1},
    'run_ledger_recorder': {'type': 'boolean', 'default': true},
    'run_ledger_recorder_lease_minutes': {'type': 'integer', 'default': 15, 'at_least': 1},
    'run_ledger_lock_timeout_ms': {'type': 'integer', 'default': 2000, 'at_least': 1},
    'run_ledger_max_error_chars': {'type': 'integer', 'default': 4000, 'at_least': 100},
    'run_ledger_redact_patterns': {'type': 'list', 'default': []},
    'run_ledger_job_key': {'type': 'text', 'default': none, 'optional': true},
    'run_ledger_parent': {'type': 'text', 'default': none, 'optional': true},
  }) -}}
{% endmacro %}
