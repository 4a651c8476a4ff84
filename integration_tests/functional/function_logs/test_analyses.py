"""Every query of the source document and every review checkpoint, over entries of today."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from dbt_run_ledger.function_logs.loader import RAW_COLUMNS
from integration_tests.functional.function_logs.log_files import Entry, LogFile, entry
from integration_tests.functional.function_logs.logs_project import (
    RAW,
    SELECTED,
    create,
    deliver,
    load,
    logs_project,
    tree_of,
)
from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.keeper import ROOT
from integration_tests.functional.harness.project import Project

Row = dict[str, Any]
FOLDER = ROOT / "analyses" / "function_logs"
NOW = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
HOUR = NOW.replace(minute=0, second=0)
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"
CHECKED = (
    *("run_ledger.function_logs", "stg_run_ledger__function_logs"),
    "stg_run_ledger__function_log_lines",
)
NEW_FIELDS = {'region "EU"': {"zone": [1, None]}, "cold": True}
# What the viewers saw before there was `extra`.
VIEWER_BEFORE = ", ".join(
    [name for name in RAW_COLUMNS if name not in {"metadata", "extra"}] + ["metadata"]
)
READER = "select count(*) as n from {{ ref('stg_run_ledger__function_logs') }}"


def at(second: int) -> datetime:
    return HOUR + timedelta(seconds=second)


def entries() -> list[Row]:
    """25 good calls of `fast`; `slow` fails once, is retried, and takes too long once."""
    good = [
        entry(
            at(n),
            "fast",
            log_id=f"f{n:02}",
            invocation_id=f"F{n:02}",
            duration_ms=100,
            status_code=200,
        )
        for n in range(25)
    ]
    request = {"metadata": {"correlation_id": "R1", "environment": "prod", "email": "a@b.example"}}
    error = {
        "type": "SnowflakeConnectionError",
        "message": "refused",
        "stacktrace": "at 1",
        "context": {"user_id": "U7"},
    }
    slow = [
        entry(at(30), "slow", log_id="s1", invocation_id="S1", level="WARNING", message="trying", **request),
        entry(at(31), "slow", log_id="s2", invocation_id="S1", level="ERROR", message="Request TIMEOUT",
              duration_ms=500, status_code=500, exception=error, **request),
        entry(at(40), "slow", log_id="s3", invocation_id="S2", duration_ms=4000, status_code=200, **request,
              **{'region "EU"': {"zone": [1, None]}, "cold": True, "unset": None, "": None}),
    ]  # fmt: skip
    return [*good, *slow]


def put(project: Project, *rows: Row) -> None:
    deliver(project, [LogFile(HOUR, [Entry(row, HOUR) for row in rows])])


@pytest.fixture
def asked(cell: Cell) -> Project:
    project = logs_project(cell, run_ledger_function_logs_viewer_role=None)
    put(project, *entries())
    create(project)
    if cell.warehouse.name != "duckdb":
        load(project)
    project.dbt("run", *SELECTED)
    return project


def compiled(project: Project) -> dict[str, str]:
    found = (project.folder / "target" / "compiled" / "run_ledger").rglob(
        "analyses/function_logs/*.sql"
    )
    return {path.stem.removeprefix("run_ledger__"): path.read_text() for path in found}


def tuples(rows: list[Row], *names: str) -> list[tuple[Any, ...]]:
    return [
        tuple(float(v) if hasattr(v, "real") else v for v in (row[n] for n in names))
        for row in rows
    ]


def test_every_question_has_its_answer(asked: Project) -> None:
    """A35-A54, A79, AC15, AC16, C8, C9: exact rows of every analysis on every warehouse."""
    asked.dbt("compile")
    sql = compiled(asked)
    assert {*sql} == {path.stem.removeprefix("run_ledger__") for path in FOLDER.glob("*.sql")}
    answers = {
        name: asked.query(
            text.replace("'the-correlation-id'", "'R1'").replace("'the-invocation-id'", "'S1'")
        )
        for name, text in sql.items()
        if name != "queries_without_a_partition" or asked.warehouse.name != "snowflake"
    }
    check_entries(answers)
    check_figures(answers)
    check_new_field(asked)
    check_viewer(asked)
    # A65: what an exception says is searched, too.
    (refused,) = asked.query(sql["errors_with_a_word"].replace("%timeout%", "%refused%"))
    assert (refused["exception_message"], refused["invocation_id"]) == ("refused", "S1")
    if asked.warehouse.name != "snowflake":
        check_older_logs(asked)


def check_new_field(project: Project) -> None:
    """A24: a field that nobody knew is there with its value, and so are the entries before it."""
    logs = project.name_of("stg_run_ledger__function_logs")
    kept = {
        row["log_id"]: row["extra"] for row in project.query(f"select log_id, extra from {logs}")
    }
    assert kept == dict.fromkeys(kept) | {"s3": NEW_FIELDS}
    viewer = project.name_of(RAW + "_viewer", project.space.ledger_schema)
    (row,) = project.query(f"select extra from {viewer} where log_id = 's3'")
    assert row["extra"] == kept["s3"]


def check_viewer(project: Project) -> None:
    """A35: masked by a policy on Snowflake, which the emulator only records. What is NULL stays so."""
    viewer = project.name_of(RAW + "_viewer", project.space.ledger_schema)
    rows = project.query(f"select * from {viewer} where year = {HOUR.year}")
    shown = {row["log_id"]: (row["metadata"], row["extra"]) for row in rows}
    metadata, extra = shown["s3"]
    masked = {"correlation_id": "R1", "environment": "prod"}
    assert metadata == (
        {**masked, "email": "a@b.example"} if project.warehouse.name == "snowflake" else masked
    )
    assert extra["cold"] is True
    assert shown["f00"] == (None, None)


def check_older_logs(project: Project) -> None:
    """A24: logs made before there was `extra` get it, the viewers too; and on files, names that a
    view once read stay, though the newest files lack them."""
    logs = project.name_of(RAW, project.space.ledger_schema)
    viewer, extra = f"{logs}_viewer", f"select extra from {logs}"
    is_in_place = project.warehouse.name == "duckdb"
    if is_in_place:
        check_names(project, extra)
    columns = "log_id, metadata" if is_in_place else VIEWER_BEFORE
    project.query(f"drop view {viewer}")
    if is_in_place:
        older = f"select log_id, metadata, file_name from read_json('{tree_of(project)}/*/*/*/*/*.json',"
        types = "columns = {'log_id': 'varchar', 'metadata': 'json'}, filename = 'file_name')"
        project.query(f"create or replace view {logs} as {older} {types}")
    else:
        project.query(f"alter table {logs} drop column extra cascade")
    project.query(f"create view {viewer} as select {columns} from {logs}")
    create(project)
    if not is_in_place:
        project.query(
            f"update {logs} set extra = '{{\"email\": 1, \"cold\": 2}}' where log_id = 's3'"
        )
    found = project.query(f"{extra}_viewer where log_id = 's3'")
    assert found == [{"extra": NEW_FIELDS if is_in_place else {"cold": 2}}]
    assert project.query(f"{extra} where log_id = 'f00'") == [{"extra": None}]


def check_names(project: Project, extra: str) -> None:
    (newest,) = tree_of(project).rglob("*.json")
    for number in range(101):
        month = 10 if number == 0 else 9
        path = tree_of(project) / f"YEAR={HOUR.year - 1}/MONTH={month}/DAY=3/HOUR=1/{number}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            json.dumps({"log_id": f"o{number}", **({"late": 1} if month == 10 else {})})
        )
    away = newest.rename(newest.with_suffix(".part"))
    create(project)
    away.rename(newest)
    found = project.query(f"{extra} where extra is not null order by year")
    assert [row["extra"] for row in found] == [{"late": 1}, NEW_FIELDS]


def check_entries(answers: dict[str, list[Row]]) -> None:
    assert len(answers["one_day_of_logs"]) == 28
    assert answers["duplicate_log_ids"] == []
    assert tuples(answers["functions_with_most_errors"], "function_name", "error_count") == [
        ("slow", 1)
    ]
    (timeout,) = answers["errors_with_a_word"]
    assert (timeout["message"], timeout["logged_at"]) == ("Request TIMEOUT", at(31))
    assert tuples(answers["slow_calls"], "function_name", "duration_ms", "excess_ms") == [
        ("slow", 4000, 1000)
    ]
    (bad,) = answers["requests_with_an_exception"]
    assert (bad["invocation_id"], bad["error_message"], bad["stacktrace"]) == (
        "S1",
        "refused",
        "at 1",
    )
    flow = tuples(answers["flow_of_a_request"], "invocation_id", "status_code", "error_entries")
    assert flow == [("S1", 500, 1), ("S2", 200, 0)]
    assert tuples(answers["entries_of_an_invocation"], "level", "message") == [
        ("WARNING", "trying"),
        ("ERROR", "Request TIMEOUT"),
    ]


def check_figures(answers: dict[str, list[Row]]) -> None:
    p99 = tuples(answers["p99_per_function"], "function_name", "p99_latency_ms")
    assert p99 == [("slow", pytest.approx(4000, rel=0.01)), ("fast", 100)]
    latency = tuples(answers["latency_per_function"], "function_name", "avg_ms", "p95_ms")
    assert latency == [("slow", 2250, pytest.approx(4000, rel=0.01)), ("fast", 100, 100)]
    assert tuples(answers["status_codes"], "status_code", "answers") == [(200, 26), (500, 1)]
    types = tuples(answers["exception_types"], "exception_type", "exceptions", "users")
    assert types == [("SnowflakeConnectionError", 1, 1)]
    rate = tuples(answers["error_rate_by_hour"], "total", "errors", "error_rate_pct")
    assert rate == [(28, 1, 3.57)]
    assert answers["error_rate_by_hour"][0]["hour"] == HOUR
    assert tuples(answers["sla_violations_per_function"], "function_name", "sla_violations") == [
        ("slow", 1)
    ]
    calls = tuples(answers["calls_by_hour_of_day"], "function_name", "hour_of_day", "invocations")
    assert calls == [("fast", HOUR.hour, 25), ("slow", HOUR.hour, 2)]
    cost = tuples(answers["cost_per_function"], "function_name", "invocations", "cost_seconds",
                  "failed_duration_seconds", "retries")  # fmt: skip
    assert cost == [("slow", 2, 4.5, 0.5, 1), ("fast", 25, 2.5, 0, 0)]
    trend = tuples(
        answers["warning_trend"], "function_name", "warning_log_entries", "error_log_entries"
    )
    assert trend == [("slow", 1, 1)]


def test_checkpoints_warn_of_what_they_are_for(asked: Project) -> None:
    """A16-A18, A20, A21, A71-A76: silent over good entries, one by one over bad ones."""
    calm = {"run_ledger_function_logs_min_sample": 20}
    result = asked.dbt("test", "--select", *CHECKED, vars=calm)
    assert warned(result.output) == set()
    put(asked, *entries()[:1])
    put(asked, entry(at(50), "fast", message=f"token {JWT}"), entry(at(51), None, level="LOUD"))
    asked.write(
        {"models/reader.sql": READER, "models/good_reader.sql": READER + " where log_year = 2026"}
    )
    if asked.warehouse.name != "duckdb":
        load(asked)
    strict = {"run_ledger_function_logs_min_sample": 1}
    asked.dbt("run", *SELECTED, vars=strict)
    result = asked.dbt("test", "--select", *CHECKED, vars=strict)
    assert warned(result.output) == {
        *("function_error_rate_is_low", "function_p99_is_low", "function_sla_violations_are_few"),
        *(
            "function_logs_come_once",
            "function_logs_keep_the_format",
            "function_logs_hold_no_secrets",
        ),
        "function_log_reads_name_partitions",
    }
    assert tree_of(asked).exists()


def warned(output: str) -> set[str]:
    """Names of tests that warned, in the words of either engine."""
    lines = [line for line in output.splitlines() if "WARN" in line or "Warn" in line]
    words = {word.strip(".,()") for line in lines for word in line.split()}
    return {
        word.removeprefix("run_ledger__")
        for word in words
        if word.startswith("run_ledger__function")
    }
