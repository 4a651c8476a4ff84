"""Settings: a bad one is a compile error that names the setting, the value and what is allowed, and
is told before anything is built (docs/architecture.md, "Settings"; C10; house rule 10).
"""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from integration_tests.functional.cross_db.answers import answers_of
from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.keeper import ROOT

NAME = r"a name of letters, digits, _, \$ and - that starts with a letter or _"
BAD_VALUES: list[tuple[str, Any, str]] = [
    ("run_ledger_enabled", "maybe", "true or false"),
    ("run_ledger_enabled", 1, "true or false"),
    ("run_ledger_enabled", None, "true or false"),
    ("run_ledger_models", "", "true or false"),
    ("run_ledger_flush_seconds", -1, "a number of at least 0"),
    ("run_ledger_flush_seconds", "soon", "a number of at least 0"),
    ("run_ledger_flush_seconds", True, "a number of at least 0"),
    ("run_ledger_flush_seconds", [1], "a number of at least 0"),
    ("run_ledger_lease_minutes", 0, "a whole number of at least 1"),
    ("run_ledger_lease_minutes", 1.5, "a whole number of at least 1"),
    ("run_ledger_lease_minutes", "1e3", "a whole number of at least 1"),
    ("run_ledger_lock_timeout_ms", "0", "a whole number of at least 1"),
    ("run_ledger_max_error_chars", 99, "a whole number of at least 100"),
    ("run_ledger_on_error", "ignore", "one of warn, raise"),
    ("run_ledger_on_error", "WARN", "one of warn, raise"),
    ("run_ledger_ledgers", "process_execution_log", "a list out of .*process_execution_log.*"),
    ("run_ledger_ledgers", ["job_log"], "a list out of .*process_execution_log.*"),
    ("run_ledger_redact_patterns", "secret", "a list"),
    ("run_ledger_redact_patterns", {"a": 1}, "a list"),
    ("run_ledger_job_key", "", "text"),
    ("run_ledger_job_key", 5, "text"),
    ("run_ledger_schema", "", NAME),
    ("run_ledger_schema", "two words", NAME),
    ("run_ledger_schema", 'a"b', NAME),
    ("run_ledger_schema", "it's", NAME),
    ("run_ledger_schema", "9lives", NAME),
    ("run_ledger_schema", "a.b", NAME),
    ("run_ledger_schema", 5, NAME),
    ("run_ledger_schema", None, NAME),
    ("run_ledger_schema", "a\nb", NAME),
    ("run_ledger_schema", "a" * 256, NAME),
    ("run_ledger_process_execution_log_identifier", "a;b", NAME),
    ("run_ledger_database", "", "a name without a double quote"),
]
GIVEN_AS_TEXT = {
    "run_ledger_enabled": ("False", False),
    "run_ledger_models": (" true ", True),
    "run_ledger_flush_seconds": ("0.5", 0.5),
    "run_ledger_lease_minutes": ("30", 30),
    "run_ledger_recorder": ("false", False),
    "run_ledger_recorder_lease_minutes": ("20", 20),
    "run_ledger_lock_timeout_ms": ("100", 100),
    "run_ledger_max_error_chars": ("500", 500),
}
DEFAULTS: dict[str, Any] = {
    "run_ledger_enabled": True,
    "run_ledger_models": False,
    "run_ledger_ledgers": ["process_execution_log"],
    "run_ledger_process_execution_log_identifier": "process_execution_log",
    "run_ledger_ingestion_runs_identifier": "ingestion_runs",
    "run_ledger_ingestion_kinds": [
        *("official_ingestion", "appearance_supplement", "incremental_update"),
    ],
    "run_ledger_ingestion_target_types": ["official", "appearance"],
    "run_ledger_ingestion_stuck_minutes": 1440,
    "run_ledger_processing_logs_identifier": "processing_logs",
    "run_ledger_users_identifier": "users",
    "run_ledger_user_statistics_identifier": "user_statistics",
    "run_ledger_processing_logs_retention": {},
    "run_ledger_processing_logs_require_export": False,
    "run_ledger_processing_logs_months_ahead": 12,
    "run_ledger_profile_runs_identifier": "profile_runs",
    "run_ledger_profile_results_identifier": "profile_results",
    "run_ledger_profile_exact": False,
    "run_ledger_profile_personal_tags": ["personal", "pii"],
    "run_ledger_profile_personal_columns": [],
    "run_ledger_profile_lease_minutes": 60,
    "run_ledger_profile_sweep": False,
    "run_ledger_profile_max_age_hours": 24,
    "run_ledger_profile_drift_null_rate": 0.05,
    "run_ledger_profile_drift_ratio": 0.2,
    "run_ledger_profile_drift_deviations": 0.5,
    "run_ledger_on_error": "warn",
    "run_ledger_flush_seconds": 1,
    "run_ledger_lease_minutes": 1440,
    "run_ledger_recorder": True,
    "run_ledger_recorder_lease_minutes": 15,
    "run_ledger_lock_timeout_ms": 2000,
    "run_ledger_max_error_chars": 4000,
    "run_ledger_redact_patterns": [],
    "run_ledger_job_key": None,
    "run_ledger_parent": None,
    "run_ledger_run_summary_days": 90,
    "run_ledger_full_rows_days": 365,
    "run_ledger_function_logs_identifier": "azfunctions_logs",
    "run_ledger_function_logs_url": None,
    "run_ledger_function_logs_integration": None,
    "run_ledger_function_logs_viewer_role": None,
    "run_ledger_function_logs_personal_fields": [
        *("user_id", "user_name", "email", "phone", "ip_address"),
    ],
    "run_ledger_function_logs_horizon_days": 365,
    "run_ledger_function_logs_lookback_hours": 3,
    "run_ledger_function_logs_reread_from": None,
    "run_ledger_function_logs_error_rate_warn": 0.01,
    "run_ledger_function_logs_error_rate_page": 0.05,
    "run_ledger_function_logs_sla_ms": 3000,
    "run_ledger_function_logs_sla_budget": 0.01,
    "run_ledger_function_logs_min_sample": 20,
    "run_ledger_function_logs_alert_hours": 24,
    "run_ledger_function_logs_alert_warehouse": "MONITORING_WH",
}


def refused(cell: Cell, *command: str, **options: Any) -> str:
    """What a run says that a setting stops: on one line, and with nothing built."""
    project = cell.project("two_models", **options.pop("project", {}))
    result = project.dbt(*(command or ("run",)), expect=None, **options)
    assert result.exit_code in (1, 2), result
    assert "OK created" not in result.output
    assert "Succeeded" not in result.output
    return " ".join(result.output.split())


@excluded("settings")
def test_a_bad_value_is_refused(cell: Cell) -> None:
    """The message holds the setting, the value and what it may be."""
    project = cell.project("primitives")
    # An invocation of dbt-core takes seconds, and both engines run the same macro.
    for name, value, allowed in BAD_VALUES if cell.engine.name == "v2" else BAD_VALUES[::5]:
        args = json.dumps({"name": name, "value": value})
        result = project.dbt("run-operation", "give", "--args", args, expect=None)
        assert result.exit_code in (1, 2), (name, value, result)
        said = " ".join(result.output.split())
        got = re.escape(" ".join(str(value).split())) if isinstance(value, str) else ".*"
        message = rf"run_ledger\.setting\(\): expected {allowed} for {name}, got {got}\. ?Correct"
        assert re.search(message, said), (name, value, said[-600:])


def test_a_bad_value_stops_a_run(cell: Cell) -> None:
    """X56 does not apply: the user must know, before anything is built, that a setting is wrong."""
    said = refused(cell, vars={"run_ledger_flush_seconds": "soon"})
    assert "expected a number of at least 0 for run_ledger_flush_seconds, got soon" in said


def test_an_unknown_name_on_the_command_line(cell: Cell) -> None:
    said = refused(cell, vars={"run_ledger_shema": "audit"})
    assert re.search(r"expected one of .*run_ledger_schema.*, got run_ledger_shema\.", said)


@excluded("project vars")
def test_an_unknown_name_in_the_project(cell: Cell) -> None:
    said = refused(cell, project={"vars": {"run_ledger_shema": "audit"}})
    assert re.search(r"expected one of .*run_ledger_schema.*, got run_ledger_shema\.", said)


@excluded("project vars")
def test_a_scoped_name_in_the_project(cell: Cell) -> None:
    """A root project's hooks would not see it (dbt-core#5587), so half of the package would."""
    said = refused(cell, project={"vars": {"run_ledger": {"run_ledger_schema": "audit"}}})
    assert "got run_ledger: run_ledger_schema" in said


def test_a_bad_pattern_is_refused(cell: Cell) -> None:
    """Neither engine's own message would name the setting."""
    said = refused(cell, vars={"run_ledger_redact_patterns": ["fine", "not(fine"]})
    assert "expected a regular expression in run_ledger_redact_patterns, got not(fine" in said


@excluded("one database")
def test_another_database_on_postgres(cell: Cell) -> None:
    """A connection sees one database, so nothing could ever be written."""
    said = refused(cell, vars={"run_ledger_database": "elsewhere"})
    assert re.search(r"expected \w+ for run_ledger_database, got elsewhere", said)


def test_defaults_and_text(cell: Cell) -> None:
    """env_var() inside vars gives text: it counts as the type that it reads as."""
    project = cell.project("primitives")
    answers = answers_of(project, "settings")
    database = {"duckdb": "warehouse"}.get(cell.warehouse.name, project.space.database)
    own = {"run_ledger_database": database, "run_ledger_schema": project.space.ledger_schema}
    assert answers == {**DEFAULTS, **own}
    given = {name: text for name, (text, _) in GIVEN_AS_TEXT.items()}
    project = cell.project("primitives", vars=given, beside=project)
    answers = answers_of(project, "settings")
    assert {name: answers[name] for name in given} == {
        name: value for name, (_, value) in GIVEN_AS_TEXT.items()
    }


def test_the_sources_have_the_same_defaults() -> None:
    """A source cannot call setting(), so its yml repeats defaults: they must not drift apart."""
    defaults = {**DEFAULTS, "run_ledger_schema": "run_ledger"}
    found = 0
    for path in (ROOT / "models").glob("**/*.yml"):
        for source in yaml.safe_load(path.read_text()).get("sources", []):
            for text in re.findall(r"var\([^)]*\)", json.dumps(source)):
                name, default = re.findall(r"'(\w+)'|target\.(\w+)|(true|false)", text)[:2]
                if name[0] == "run_ledger_database":
                    assert default[1] == "database", f"{path}: {text}"
                elif name[0] in defaults and isinstance(defaults[name[0]], str):
                    assert default[0] == defaults[name[0]], f"{path}: {text}"
                    found += 1
    assert found >= 2


def test_names_in_mixed_case(cell: Cell) -> None:
    """As dbt quotes them: Postgres and DuckDB keep the case, Snowflake folds it."""
    names = {
        "run_ledger_schema": f"{cell.project('two_models').space.ledger_schema}_Audit",
        "run_ledger_process_execution_log_identifier": "Job_Log",
    }
    project = cell.project("two_models", vars=names)
    assert project.dbt("run").output.count("run_ledger:") == 0
    assert project.dbt("run").output.count("run_ledger:") == 0
    quote = '"' if cell.warehouse.name != "snowflake" else ""
    table = f"{quote}{names['run_ledger_schema']}{quote}.{quote}Job_Log{quote}"
    rows = project.query(f"select * from {table}")
    assert [row["execution_status_name"] for row in rows] == ["SUCCESS", "SUCCESS"]
    if cell.warehouse.name == "postgres":
        project.query(f'drop schema "{names["run_ledger_schema"]}" cascade')


def test_a_setting_that_turns_everything_off(cell: Cell) -> None:
    """X57, C10: nothing is created and nothing is said."""
    switches: list[dict[str, Any]] = [{"run_ledger_enabled": "false"}, {"run_ledger_ledgers": []}]
    for off in switches:
        project = cell.project("two_models", vars=off)
        assert "run_ledger: " not in project.dbt("run").output
        found = project.query(
            "select count(*) as n from information_schema.tables where "
            f"lower(table_schema) = '{project.space.ledger_schema.lower()}'"
        )
        assert found == [{"n": 0}]
