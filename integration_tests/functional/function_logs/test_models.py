"""From files of log lines to metrics: whatever order they come in, what comes out is what Python says."""

from __future__ import annotations

import os
import random
import re
from contextlib import closing
from datetime import datetime, timedelta
from shutil import rmtree
from typing import Any

import pytest

from integration_tests.functional.function_logs import log_files as lf
from integration_tests.functional.function_logs.log_files import HOUR, START, LogFile
from integration_tests.functional.function_logs.logs_project import (
    METRICS,
    RAW,
    SELECTED,
    create,
    deliver,
    load,
    logs_project,
    tree_of,
)
from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.older_tables import make_older
from integration_tests.functional.harness.project import Project

Row = dict[str, Any]
LOOKBACK = 3
SEEDS = int(os.environ.get("RUN_LEDGER_TEST_LOG_SCHEDULES", "25"))
SKETCH = "run_ledger__hourly_function_sketch"
COUNTS = (
    *("total_invocations", "errors", "total_log_entries"),
    *("error_log_entries", "measured_entries"),
)
# What a version before the contracts made, or one that never was.
OLDER = {"function_name": "varchar(80)", "total_invocations": "decimal(20, 0)", "errors": "integer"}
TABLES = {
    "hour": ("hourly_function_metrics", "hour"),
    "day": ("run_ledger__daily_function_metrics", "metric_date"),
    "month": ("run_ledger__monthly_function_metrics", "metric_month"),
}


def schedule(seed: int) -> list[list[LogFile]]:
    """Deliveries of 12 hours of files: shuffled, late by up to the lookback, some of them twice."""
    rng = random.Random(seed)  # noqa: S311 - no secrets
    rounds: list[list[LogFile]] = [[], [], []]
    newest = [6, 9, 11]
    for number in range(12):
        first = next(index for index, last in enumerate(newest) if number <= last)
        for file in lf.files_of_hour(rng, START + number * HOUR):
            # The next run still reads this hour, which is no further back than the lookback.
            is_late = first < 2 and newest[first] - number < LOOKBACK and rng.random() < 0.4
            rounds[first + is_late].append(file)
            if rng.random() < 0.2 and first < 2 and newest[first] - number < LOOKBACK:
                rounds[first + 1].append(file.copy())
            elif rng.random() < 0.2:
                rounds[first + is_late].append(file.copy())
    # The newest hour of a round is there, or the lookback would start earlier than it is meant to.
    for index, last in enumerate(newest):
        rounds[index].append(
            LogFile(START + last * HOUR, lf.invocation(rng, START + last * HOUR, "quiet", 0))
        )
    for files in rounds:
        rng.shuffle(files)
    return rounds


def run_rounds(
    project: Project, rounds: list[list[LogFile]], *, is_loaded: bool, is_whole: bool = False
) -> list[LogFile]:
    """is_whole: the last round builds all models, and the tables are older ones before."""
    for number, files in enumerate(rounds):
        deliver(project, files)
        if is_whole and number == 1:
            for table, _ in TABLES.values():
                make_older(project, table, OLDER)
        if number == 0:
            create(project)
        if is_loaded:
            load(project)
        project.dbt("run", *(SELECTED if is_whole and files is rounds[-1] else METRICS))
    return [file for files in rounds for file in files]


def naive(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001


def check(project: Project, files: list[LogFile]) -> None:
    sketch = project.query(
        f"select * from {project.name_of('run_ledger__hourly_function_sketch')} where bucket is not null"
    )
    counted = {(r["hour"], r["function_name"], int(r["bucket"])): int(r["entries"]) for r in sketch}
    assert counted == lf.expected_sketch(files)
    assert len(counted) == len(sketch)
    for period, (table, key) in TABLES.items():
        expected = lf.expected_metrics(files, period)
        rows = {(naive(r[key]), r["function_name"]): r for r in project.table(table)}
        assert {*rows} == {*expected}
        for group, figures in expected.items():
            check_row(rows[group], figures)


def check_row(row: Row, figures: Row) -> None:
    for name, value in figures.items():
        if value is None:
            assert row[name] is None, (name, row)
        elif name.startswith("p"):
            # A70, AC11: within 1 %, for an hour and for a month alike. Just 1 % off is 1 ms alone.
            assert float(row[name]) == pytest.approx(value, rel=0.01 + 1e-9), (name, row, value)
        else:
            assert float(row[name]) == pytest.approx(value, rel=1e-9), (name, row, value)
    assert float(row["error_rate"]) == pytest.approx(
        figures["errors"] / figures["total_invocations"]
    )


def test_metrics_are_those_of_a_full_recompute(cell: Cell) -> None:
    """A14, A15, A55, A66-A70, A76, AC1-AC3, AC12-AC14, AC18, C9: late, doubled, shuffled files."""
    project = logs_project(cell)
    is_loaded = cell.warehouse.name != "duckdb"
    rounds = schedule(0)
    files = run_rounds(project, rounds, is_loaded=is_loaded, is_whole=True)
    check(project, files)
    check_staging(project, files)
    check_conformity_and_duplicates(project, files)
    check_requests_and_costs(project, files)
    check_alert_windows(project, files)
    if is_loaded:
        check_loading(project, files)


def check_staging(project: Project, files: list[LogFile]) -> None:
    """A19, A23: no copy is left within a partition, and what people look for is a column."""
    entries = project.query(
        "select count(*) as n, count(distinct log_id) as ids, count(case when is_synthetic_id then 1 end) as made, "
        "count(case when raw_level = 'CRITICAL' then 1 end) as critical, "
        "min(environment) as environment, count(exception_type) as exceptions, max(log_month) as log_month "
        f"from {project.name_of('stg_run_ledger__function_logs')}"
    )[0]
    kept = lf.once(files)
    by_id = [e for e in kept if e.fields["log_id"]]
    assert (entries["critical"], entries["exceptions"]) == (
        sum(e.fields["level"] == "CRITICAL" for e in kept),
        sum(e.fields["exception"] is not None for e in kept),
    )
    assert entries["environment"] == "prod"
    assert entries["log_month"] in {f.hour.month for f in files}
    lines = [e.fields | {"at": e.path_hour} for f in files for e in f.entries if not e.is_garbage]
    given = {(each["log_id"], each["at"]) for each in lines if each["log_id"]}
    assert entries["n"] == len(given) + sum(each["log_id"] is None for each in lines)
    assert entries["ids"] - entries["made"] == len({e.fields["log_id"] for e in by_id})


def check_conformity_and_duplicates(project: Project, files: list[LogFile]) -> None:
    lines = [e for f in files for e in f.entries if not e.is_garbage]
    reasons: dict[str, int] = {}
    for row in project.table("run_ledger__function_log_conformity"):
        reasons[row["reason"]] = reasons.get(row["reason"], 0) + int(row["entries"])
    odd = sum(e.fields["log_id"] is None for e in lines)
    assert reasons["log_id is missing"] == reasons["function_name is missing"] == odd
    away = sum(
        datetime.fromisoformat(e.fields["timestamp"][:13] + ":00:00") != e.path_hour for e in lines
    )
    assert reasons["timestamp is not in the hour of its path"] == away
    assert len(reasons) == 3
    copies: dict[str, int] = {}
    for each in lines:
        if each.fields["log_id"]:
            copies[each.fields["log_id"]] = copies.get(each.fields["log_id"], 0) + 1
    found = {
        r["log_id"]: int(r["copies"]) for r in project.table("run_ledger__function_log_duplicates")
    }
    assert found == {log_id: count for log_id, count in copies.items() if count > 1}


def check_requests_and_costs(project: Project, files: list[LogFile]) -> None:
    """A44, A48, A52-A54: what one invocation did, and what it cost."""
    bad = next(e for e in lf.once(files) if e.fields["exception"])
    (request,) = project.query(
        f"select * from {project.name_of('run_ledger__function_requests')} "
        f"where invocation_id = '{bad.fields['invocation_id']}'"
    )
    assert (request["function_name"], request["status_code"]) == ("chat_endpoint", 504)
    assert (request["entries"], request["error_entries"]) == (3, 1)
    assert (request["exception_type"], request["user_id"]) == ("TimeoutError", "U1")
    assert request["correlation_id"] == bad.fields["invocation_id"][:8]
    cost = project.query(
        f"select sum(invocations) as n, sum(failed_invocations) as bad "
        f"from {project.name_of('run_ledger__function_costs')} where function_name = 'chat_endpoint'"
    )[0]
    runs = {
        e.fields["invocation_id"]
        for e in lf.once(files)
        if e.fields["function_name"] == "chat_endpoint"
    }
    failed = {e.fields["invocation_id"] for e in lf.once(files) if e.fields["exception"]}
    assert (int(cost["n"]), int(cost["bad"])) == (len(runs), len(failed))
    errors = project.query(
        f"select exception_type, sum(error_entries) as n from {project.name_of('run_ledger__function_error_summary')} "
        "where function_name = 'chat_endpoint' group by 1"
    )
    assert [(r["exception_type"], int(r["n"])) for r in errors] == [("TimeoutError", len(failed))]


def check_alert_windows(project: Project, files: list[LogFile]) -> None:
    """A58-A62, A72-A74, AC4, AC6: whole hours of the last day, with enough invocations."""
    rows = project.table("run_ledger__function_alert_windows")
    found = {(r["alert_name"], r["function_name"], r["hour"]) for r in rows}
    since = datetime.fromisoformat(START.isoformat()) + 6 * HOUR
    expected = set()
    for (hour, function), figures in lf.expected_metrics(files, "hour").items():
        rate = figures["errors"] / figures["total_invocations"]
        late = (figures["p99_duration_ms"] or 0) > 3000 * 1.02
        if hour >= since + HOUR and figures["total_invocations"] >= 20:
            expected |= {("high_function_error_rate", function, hour)} if rate > 0.05 else set()
            expected |= {("function_error_rate", function, hour)} if rate > 0.01 else set()
            expected |= {("slow_function", function, hour)} if late else set()
    assert expected
    assert found >= expected
    assert all(float(row["measured"]) > float(row["threshold"]) for row in rows)
    assert len({row["alert_window_id"] for row in rows}) == len(rows)


def check_loading(project: Project, files: list[LogFile]) -> None:
    """A27: every line is an entry or a reject with its place, and a file comes once."""
    again = load(project)
    assert (again.files, again.skipped_files) == (0, len(files))
    raw = project.ledger("azfunctions_logs")
    assert len(raw) == sum(not e.is_garbage for f in files for e in f.entries)
    rejects = project.ledger("azfunctions_logs_rejects")
    assert len(rejects) == sum(e.is_garbage for f in files for e in f.entries)
    assert {r["line_text"] for r in rejects} == {"{ broken"}
    assert all(r["reason"].startswith("not JSON: ") and r["line_number"] > 0 for r in rejects)


@excluded("schedules")
def test_any_schedule_gives_the_same(cell: Cell) -> None:
    """A66, A67: the model's own statement, run as dbt runs it, over schedule after schedule."""
    project = logs_project(cell)
    path = project.folder / "target/compiled/run_ledger/models/function_logs" / f"{SKETCH}.sql"
    deliver(project, lf.files_of_hour(random.Random(0), START))  # noqa: S311 - no secrets
    create(project)
    project.dbt(
        "run", "--select", "stg_run_ledger__function_log_lines", "stg_run_ledger__function_logs"
    )
    project.dbt("compile", "--select", SKETCH)
    whole = path.read_text()
    project.dbt("run", "--select", SKETCH)
    project.dbt("compile", "--select", SKETCH)
    with closing(project.connect()) as connection:
        # What stands in for dbt's filter below is dbt's filter.
        first = first_hour(connection, project.name_of(SKETCH))
        assert f"where {partitions_from(first)}" in path.read_text()
        # A67: nor does it list more than it reads.
        listed = set(re.findall(r"DAY=(\d\d)/HOUR=(\d\d)/[*][.]json", path.read_text()))
        assert listed == {(f"{START:%d}", f"{START:%H}")}
        assert "HOUR=*/*.json" not in path.read_text()
        for seed in range(SEEDS):
            files = replay(project, connection, whole, schedule(1000 + seed))
            rows = connection.execute("select hour, function_name, bucket, entries from sketch")
            counted = {row[:3]: row[3] for row in rows.fetchall() if row[2] is not None}
            assert counted == lf.expected_sketch(files), seed
            rows = connection.execute(
                "select hour, function_name, invocations, failed_invocations, entries, "
                "error_entries, measured_entries from sketch where bucket is null"
            )
            found = {row[:2]: row[2:] for row in rows.fetchall()}
            expected = lf.expected_metrics(files, "hour")
            assert found == {
                key: tuple(figures[name] for name in COUNTS) for key, figures in expected.items()
            }, seed


def first_hour(connection: Any, sketch: str) -> datetime:
    """The hour from which the next run reads on."""
    (newest,) = connection.execute(f"select max(hour) from {sketch}").fetchone()
    found: datetime = newest - LOOKBACK * HOUR
    return found


def partitions_from(hour: datetime) -> str:
    """As the macro log_partitions_from() has it, an hour earlier, and the hours themselves."""
    y, m, d, h = (hour - HOUR).timetuple()[:4]
    return (
        f"(log_year > {y} or (log_year = {y} and log_month > {m})"
        f" or (log_year = {y} and log_month = {m} and log_day > {d})"
        f" or (log_year = {y} and log_month = {m} and log_day = {d} and log_hour >= {h}))"
        f" and hour >= cast('{hour:%Y-%m-%d %H:%M:%S}' as timestamp)"
    )


def replay(
    project: Project, connection: Any, whole: str, rounds: list[list[LogFile]]
) -> list[LogFile]:
    """Deliver and run, round by round, into a table `sketch`."""
    rmtree(tree_of(project))
    for number, files in enumerate(rounds):
        deliver(project, files)
        if number == 0:
            connection.execute(f"create or replace temp table sketch as {whole}")
            continue
        where = f"where {partitions_from(first_hour(connection, 'sketch'))}"
        new = whole.replace("where 1 = 1", where)
        connection.execute(f"create or replace temp table new_rows as {new}")
        connection.execute("delete from sketch where hour in (select hour from new_rows)")
        connection.execute("insert into sketch select * from new_rows")
    return [file for files in rounds for file in files]


def test_hours_before_the_lookback_are_read_on_demand(cell: Cell) -> None:
    """A67, AC13: what comes later than the lookback is left, until somebody asks for it. A32, A33, A56,
    AC9: what is older than the horizon never counts, and metrics outlive the logs they are made of."""
    rng = random.Random(5)  # noqa: S311 - no secrets
    project = logs_project(cell)
    files = [
        LogFile(START + n * HOUR, lf.invocation(rng, START + n * HOUR, "f", 0)) for n in range(10)
    ]
    long_ago = START - timedelta(days=366)
    old = LogFile(long_ago, lf.invocation(rng, long_ago, "f", 0))
    run_rounds(project, [[old, *files[1:]]], is_loaded=cell.warehouse.name != "duckdb")
    deliver(project, files[:1])
    if cell.warehouse.name != "duckdb":
        load(project)
    project.dbt("run", *METRICS)
    hours = {row["hour"] for row in project.table("hourly_function_metrics")}
    assert hours == {file.hour for file in files[1:]}
    asked = {"run_ledger_function_logs_reread_from": (START - timedelta(days=1)).isoformat()}
    if cell.warehouse.name == "duckdb":
        files[1].path(tree_of(project)).unlink()
    else:
        logs = project.name_of(RAW, project.space.ledger_schema)
        project.query(f"delete from {logs} where hour = {files[1].hour.hour}")
    project.dbt("run", "--full-refresh", *METRICS, vars=asked)
    check(project, files)
