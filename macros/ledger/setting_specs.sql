{#- Every setting once: what it may be and what it is when nobody says. Read them through setting() alone. What
    run_ledger_ledgers allows is the list of all ledgers: adding one starts there.
    type: boolean, integer, number, text, name, quoted_name, list. optional: none is allowed. -#}
{% macro setting_specs() %}
  {{- return({
    'run_ledger_enabled': {'type': 'boolean', 'default': true},
    'run_ledger_models': {'type': 'boolean', 'default': false},
    'run_ledger_ledgers': {'type': 'list', 'default': ['process_execution_log'], 'allowed': ['process_execution_log', 'ingestion_runs']},
    'run_ledger_database': {'type': 'quoted_name', 'default': target.database},
    'run_ledger_schema': {'type': 'name', 'default': 'run_ledger'},
    'run_ledger_process_execution_log_identifier': {'type': 'name', 'default': 'process_execution_log'},
    'run_ledger_ingestion_runs_identifier': {'type': 'name', 'default': 'ingestion_runs'},
    'run_ledger_ingestion_kinds': {'type': 'list', 'default': ['official_ingestion', 'appearance_supplement', 'incremental_update']},
    'run_ledger_ingestion_target_types': {'type': 'list', 'default': ['official', 'appearance']},
    'run_ledger_ingestion_stuck_minutes': {'type': 'integer', 'default': 1440, 'at_least': 1},
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
