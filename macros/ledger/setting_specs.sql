{#- Every setting once: what it may be and what it is when nobody says. Read them through setting() alone. What
    run_ledger_ledgers allows is the list of all ledgers: adding one starts there.
    type: boolean, integer, number, text, name, quoted_name, list, mapping. optional: none is allowed.
    As JSON, because Jinja compiles a literal of this size for 18 ms in each process (adr-0006). -#}
{% macro setting_specs() %}
  {%- set text -%}
  {
    "run_ledger_enabled": {"type": "boolean", "default": true},
    "run_ledger_models": {"type": "boolean", "default": false},
    "run_ledger_ledgers": {"type": "list", "default": ["process_execution_log"], "allowed": ["process_execution_log", "profile_runs", "ingestion_runs", "function_logs", "processing_logs"]},
    "run_ledger_database": {"type": "quoted_name", "default": null},
    "run_ledger_schema": {"type": "name", "default": "run_ledger"},
    "run_ledger_process_execution_log_identifier": {"type": "name", "default": "process_execution_log"},
    "run_ledger_ingestion_runs_identifier": {"type": "name", "default": "ingestion_runs"},
    "run_ledger_ingestion_kinds": {"type": "list", "default": ["official_ingestion", "appearance_supplement", "incremental_update"]},
    "run_ledger_ingestion_target_types": {"type": "list", "default": ["official", "appearance"]},
    "run_ledger_ingestion_stuck_minutes": {"type": "integer", "default": 1440, "at_least": 1},
    "run_ledger_processing_logs_identifier": {"type": "name", "default": "processing_logs"},
    "run_ledger_users_identifier": {"type": "name", "default": "users"},
    "run_ledger_user_statistics_identifier": {"type": "name", "default": "user_statistics"},
    "run_ledger_processing_logs_retention": {"type": "mapping", "default": {}},
    "run_ledger_processing_logs_require_export": {"type": "boolean", "default": false},
    "run_ledger_processing_logs_months_ahead": {"type": "integer", "default": 12, "at_least": 1},
    "run_ledger_profile_runs_identifier": {"type": "name", "default": "profile_runs"},
    "run_ledger_profile_results_identifier": {"type": "name", "default": "profile_results"},
    "run_ledger_profile_exact": {"type": "boolean", "default": false},
    "run_ledger_profile_personal_tags": {"type": "list", "default": ["personal", "pii"]},
    "run_ledger_profile_personal_columns": {"type": "list", "default": []},
    "run_ledger_profile_lease_minutes": {"type": "integer", "default": 60, "at_least": 1},
    "run_ledger_profile_sweep": {"type": "boolean", "default": false},
    "run_ledger_profile_max_age_hours": {"type": "integer", "default": 24, "at_least": 1},
    "run_ledger_profile_drift_null_rate": {"type": "number", "default": 0.05, "at_least": 0},
    "run_ledger_profile_drift_ratio": {"type": "number", "default": 0.2, "at_least": 0},
    "run_ledger_profile_drift_deviations": {"type": "number", "default": 0.5, "at_least": 0},
    "run_ledger_on_error": {"type": "text", "default": "warn", "allowed": ["warn", "raise"]},
    "run_ledger_flush_seconds": {"type": "number", "default": 1, "at_least": 0},
    "run_ledger_lease_minutes": {"type": "integer", "default": 1440, "at_least": 1},
    "run_ledger_recorder": {"type": "boolean", "default": true},
    "run_ledger_recorder_lease_minutes": {"type": "integer", "default": 15, "at_least": 1},
    "run_ledger_lock_timeout_ms": {"type": "integer", "default": 2000, "at_least": 1},
    "run_ledger_max_error_chars": {"type": "integer", "default": 4000, "at_least": 100},
    "run_ledger_redact_patterns": {"type": "list", "default": []},
    "run_ledger_job_key": {"type": "text", "default": null, "optional": true},
    "run_ledger_run_summary_days": {"type": "integer", "default": 90, "at_least": 35},
    "run_ledger_full_rows_days": {"type": "integer", "default": 365, "at_least": 1},
    "run_ledger_parent": {"type": "text", "default": null, "optional": true},
    "run_ledger_function_logs_identifier": {"type": "name", "default": "azfunctions_logs"},
    "run_ledger_function_logs_url": {"type": "text", "default": null, "optional": true},
    "run_ledger_function_logs_integration": {"type": "name", "default": null, "optional": true},
    "run_ledger_function_logs_viewer_role": {"type": "name", "default": null, "optional": true},
    "run_ledger_function_logs_personal_fields": {"type": "list", "default": ["user_id", "user_name", "email", "phone", "ip_address"]},
    "run_ledger_function_logs_horizon_days": {"type": "integer", "default": 365, "at_least": 1},
    "run_ledger_function_logs_lookback_hours": {"type": "integer", "default": 3, "at_least": 0},
    "run_ledger_function_logs_reread_from": {"type": "text", "default": null, "optional": true},
    "run_ledger_function_logs_error_rate_warn": {"type": "number", "default": 0.01, "at_least": 0},
    "run_ledger_function_logs_error_rate_page": {"type": "number", "default": 0.05, "at_least": 0},
    "run_ledger_function_logs_sla_ms": {"type": "number", "default": 3000, "at_least": 0},
    "run_ledger_function_logs_sla_budget": {"type": "number", "default": 0.01, "at_least": 0},
    "run_ledger_function_logs_min_sample": {"type": "integer", "default": 20, "at_least": 1},
    "run_ledger_function_logs_alert_hours": {"type": "integer", "default": 24, "at_least": 1},
    "run_ledger_function_logs_alert_warehouse": {"type": "name", "default": "MONITORING_WH"}
  }
  {%- endset -%}
  {%- set specs = fromjson(text) -%}
  {%- do specs['run_ledger_database'].update({'default': target.database}) -%}
  {{- return(specs) -}}
{% endmacro %}
