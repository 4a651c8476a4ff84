"""Archiving with a crash at every statement while others write: nothing is lost or counted twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import psycopg2

from dbt_run_ledger.processing_logs import archive, seal, verify
from dbt_run_ledger.processing_logs.policy import policy_from
from dbt_run_ledger.warehouses.driver import DriverWarehouse
from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.engines import PYTHON_SOURCES
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.processing_logs.conftest import Logs, change, logs_of
from integration_tests.functional.processing_logs.log_rows import run_of

TODAY = date(2026, 5, 1)
MIXED = {"short": {"hot_months": 6, "total_months": 2}}
KEPT = {"kept": {"hot_months": 6, "total_months": 24}}
POLICY = policy_from({"run_ledger_processing_logs_retention": MIXED})


class Crash(BaseException):
    """The process ends here: nothing of ours may catch it."""


@contextmanager
def crash_before_new_statements(seen: set[str]) -> Iterator[None]:
    """The connection is lost when a statement is about to be sent that no attempt has sent before."""
    saved = [
        (kind, kind.__dict__["_send"])
        for kind in (DriverWarehouse, *DriverWarehouse.__subclasses__())
        if "_send" in kind.__dict__
    ]

    def dying(method: Any) -> Any:
        def send(self: Any, cursor: Any, sql: str, parameters: Sequence[object]) -> None:
            if sql not in seen:
                seen.add(sql)
                self._connection.close()
                raise Crash
            method(self, cursor, sql, parameters)

        return send

    for kind, method in saved:
        kind._send = dying(method)  # type: ignore[method-assign]
    try:
        yield
    finally:
        for kind, method in saved:
            kind._send = method  # type: ignore[method-assign]


def per_status(logs: Logs) -> dict[str, int]:
    """Hot, warm and summarised rows by status, by both summaries."""
    counted: dict[str, int] = {}
    for suffix in ("", "_warm"):
        table = logs.place.table("processing_logs", suffix)
        for row in logs.warehouse.query(f"select status, count(*) as n from {table} group by 1"):
            counted[row["status"]] = counted.get(row["status"], 0) + int(row["n"])
    table = logs.place.table("processing_logs", "_summary_by_type")
    by_type: dict[str, int] = {}
    for row in logs.warehouse.query(f"select status, sum(row_count) as n from {table} group by 1"):
        by_type[row["status"]] = int(row["n"])
    summary = logs.rows("_summary")
    for status in ("success", "failed", "skipped"):
        summarised = sum(int(row[f"{status}_count"]) for row in summary)
        assert summarised == by_type.get(status, 0)
        counted[status] = counted.get(status, 0) + summarised
    return counted


def fill(logs: Logs) -> None:
    runs = [
        run_of(datetime(2025, 1, 31, 23, 59, 59), 8, 1),  # noqa: DTZ001
        run_of(datetime(2025, 2, 10, 9), 6, 101),  # noqa: DTZ001
        run_of(datetime(2025, 2, 11, 9), 4, 201),  # noqa: DTZ001
        run_of(datetime(2025, 6, 11, 9), 4, 301, retention_class="short"),  # noqa: DTZ001
        run_of(datetime(2025, 6, 12, 9), 4, 401),  # noqa: DTZ001
    ]
    columns = list(runs[0][0])
    rows = [[row[name] for name in columns] for run in runs for row in run]
    logs.warehouse.append(logs.place.table("processing_logs"), columns, rows)


@excluded("python side")
@excluded("hundreds of statements")
def test_a_crash_at_every_statement_loses_nothing(logs: Logs) -> None:
    """L46-L48, L50, LC6-LC9, LC14: the archive dies before each of its statements in turn, each
    time over a new connection, and a late row arrives between the attempts."""
    fill(logs)
    expected = per_status(logs)
    assert expected == {"success": 14, "failed": 6, "skipped": 6}
    folder = logs.project.folder / "exports"
    seen: set[str] = set()
    is_done, crashes = False, 0
    while not is_done:
        try:
            with crash_before_new_statements(seen):
                archive(*logs.both, POLICY, to=str(folder), today=TODAY)
            is_done = True
        except Crash:
            crashes += 1
            logs.session.close()
        assert per_status(logs) == expected, f"crash {crashes}"
        if crashes % 10 == 5 and not is_done:
            add_late_row(logs, 1000 + crashes)
            expected["success"] += 1
    assert crashes > 40
    assert per_status(logs) == expected
    check_end(logs)


def add_late_row(logs: Logs, log_id: int) -> None:
    """Into a month that is still hot at first, or into the present one."""
    moment = datetime(2026, 4, 30, 23, 59, 59)  # noqa: DTZ001
    if logs.warehouse.name == "postgres":
        moment = datetime.now().replace(microsecond=0)  # noqa: DTZ005 - any month that is there
    row = run_of(moment, 1, log_id)[0]
    logs.warehouse.append(
        logs.place.table("processing_logs"), list(row), [[row[name] for name in row]]
    )


def check_end(logs: Logs) -> None:
    archive(*logs.both, POLICY, to=str(logs.project.folder / "exports"), today=TODAY)
    report = verify(*logs.both, [seal(*logs.both).head], POLICY, TODAY)
    assert report.findings == []
    months = {
        str(row["log_month"])[:7] for row in logs.rows("_digests") if row["kind"] == "archived"
    }
    assert months == {"2025-01", "2025-02", "2025-06"}
    assert {row["retention_class"] for row in logs.rows("_warm")} <= {"standard"}
    check_unsealed_class(logs)


def check_unsealed_class(logs: Logs) -> None:
    """LC12: all that is sealed of a month is due, and a row without a digest is not: it stays."""
    policy = policy_from({"run_ledger_processing_logs_retention": MIXED | KEPT})
    late = run_of(datetime(2025, 6, 13, 9), 1, 2001, retention_class="kept")  # noqa: DTZ001
    warm = logs.place.table("processing_logs", "_warm")
    logs.warehouse.append(warm, list(late[0]), [list(late[0].values())])
    day = date(2026, 8, 1)
    steps = archive(*logs.both, policy, to=str(logs.project.folder / "exports"), today=day)
    assert [(step.month[:7], step.rows) for step in steps if step.action == "archived"] == [
        ("2025-06", 4)
    ]
    left = [row["log_id"] for row in logs.rows("_warm") if f"{row['processed_at']}" < "2026"]
    assert left == [2001]
    assert verify(*logs.both, [seal(*logs.both).head], policy, day).findings == []


# Cuts what the archive sends in one transaction after some of its statements: on Postgres the session
# is killed there, on DuckDB a statement fails, on Snowflake dbt is told of an error and logs off. On
# both the session ends with its transaction open, as a process does that dies there.
CRASH = """
{% macro cut_here(statements, crash) %}
  {%- set left = var('crash_after', -1) -%}
  {{- return(statements[:left] + crash if left >= 0 and '_warm' in statements | join and left < statements | length
    else statements) -}}
{% endmacro %}
{% macro postgres__run_atomic(statements) %}
  {%- do run_ledger.postgres__run_atomic(cut_here(statements, ['perform pg_terminate_backend(pg_backend_pid())'])) -%}
{% endmacro %}
{% macro duckdb__run_atomic(statements) %}
  {%- do run_ledger.duckdb__run_atomic(cut_here(statements, ["select cast('crash' as integer)"])) -%}
{% endmacro %}
{% macro snowflake__run_atomic(statements) %}
  {%- set sent = cut_here(statements, []) -%}
  {%- if sent | length == statements | length -%}
    {%- do run_ledger.default__run_atomic(statements) -%}
  {%- else -%}
    {%- for statement in ['begin'] + sent -%}
      {%- do run_query(statement) -%}
    {%- endfor -%}
    {{- exceptions.raise_compiler_error('crash') -}}
  {%- endif -%}
{% endmacro %}
"""
SEARCH = {"macro_namespace": "run_ledger", "search_order": ["three_models", "run_ledger"]}


@excluded("python side")
def test_the_operation_compares_and_survives_a_crash_at_every_statement(cell: Cell) -> None:
    """L36, L46-L48, L50, LC15: `archive_processing_logs` removes nothing that is not what was sealed,
    in one go or in several; and whichever of its statements is the last, no row is lost or counted
    twice."""
    files = {"macros/crash.sql": CRASH}
    with logs_of(cell, files=files, config={"dispatch": [SEARCH]}) as logs:
        name, late = seal_in_several_goes(logs)
        expected = per_status(logs)
        assert expected == {"success": 11, "failed": 5, "skipped": 5}
        assert "cut" in operation(logs, "2025-08-01", 1)
        assert (per_status(logs), logs.rows("_warm")) == (expected, [])
        assert operation(logs, "2025-08-01", -1) == "done"
        for log_id, run in ((3, name), (905, late)):
            edit = f"update {{{{_warm}}}} set new_value = new_value {{}} where log_id = {log_id}"
            change(logs, edit.format("+ 1"))
            told = operation(logs, "2026-02-01", -1)
            assert f"{run}: its rows of 2025-01 are not what was sealed" in told
            assert (len(logs.rows("_warm")), logs.rows("_summary")) == (21, [])
            change(logs, edit.format("- 1"))
        left = 1
        while operation(logs, "2026-02-01", left) != "done":
            assert per_status(logs) == expected, f"crash after {left} statements"
            assert len(logs.rows("_warm")) == 21
            # Elsewhere some of the places are enough: the statements are the same.
            left += {"postgres": 1, "duckdb": 2, "snowflake": 4}[logs.warehouse.name]
        assert left >= 6
        assert (per_status(logs), logs.rows("_warm")) == (expected, [])
        archived = [row for row in logs.rows("_digests") if row["kind"] == "archived"]
        stated = {row["execution_name"]: row["log_ids"] for row in archived}
        assert stated == {name: None, late: "904,906,907,908"}
        assert verify(*logs.both, [seal(*logs.both).head], POLICY, date(2026, 2, 1)).findings == []


def seal_in_several_goes(logs: Logs) -> tuple[str, str]:
    """A run that was sealed at once, and one with a second digest and rows that have none."""
    early = run_of(datetime(2025, 1, 10, 9), 12, 1)  # noqa: DTZ001
    late = run_of(datetime(2025, 1, 11, 9), 9, 900)  # noqa: DTZ001
    columns = list(early[0])
    for rows in (early + late[:3], late[3:4] + late[5:6], late[4:5] + late[6:]):
        values = [list(row.values()) for row in rows]
        logs.warehouse.append(logs.place.table("processing_logs"), columns, values)
        if rows[-1] is not late[-1]:
            seal(*logs.both)
    assert logs.rows("_digests")[-1]["log_ids"] == "903,905"
    return early[0]["execution_name"], late[0]["execution_name"]


def operation(logs: Logs, today: str, crash_after: int) -> str:
    """`done`, or what dbt said that was refused, or that the operation was cut."""
    logs.session.close()
    result = logs.project.dbt(
        "run-operation", "archive_processing_logs", "--args", f"{{today: {today}}}",
        vars={"crash_after": crash_after}, expect=None,
    )  # fmt: skip
    if result.exit_code == 0:
        return "done"
    return result.output if crash_after < 0 else f"cut after {crash_after}"


@excluded("python side")
@excluded("locks")
def test_writers_and_kills_while_months_are_archived(logs: Logs) -> None:
    """LC8: real writers on connections of their own, and an archive that is killed with SIGKILL
    again and again; what they were told is committed is there in the end."""
    fill(logs)
    stop = threading.Event()
    accepted: list[int] = []
    writers = [
        threading.Thread(target=write_until, args=(logs, stop, accepted, 10_000 * (n + 1)))
        for n in range(2)
    ]
    for writer in writers:
        writer.start()
    for delay in (0.25, 0.35, 0.45, 0.6):
        child = start_archive(logs)
        time.sleep(delay)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    last = start_archive(logs)
    assert last.wait(60) == 0
    stop.set()
    for writer in writers:
        writer.join()
    archive(*logs.both, POLICY, today=TODAY)
    counted = per_status(logs)
    assert len(accepted) > 10
    assert sum(counted.values()) == 26 + len(accepted)
    assert verify(*logs.both, [seal(*logs.both).head]).findings == []


def write_until(logs: Logs, stop: threading.Event, accepted: list[int], first_id: int) -> None:
    """Rows into a closed month that is about to leave, and into the present one; a refusal of a
    month that has left is an answer, too."""
    table = logs.place.table("processing_logs")
    months = ["2025-02-20", "2025-06-20", f"{date.today()}"]  # noqa: DTZ011
    with closing(logs.project.connect()) as connection, connection.cursor() as cursor:
        for number in range(100_000):
            if stop.is_set():
                return
            day = months[number % 3]
            try:
                cursor.execute(
                    f"insert into {table} (log_id, execution_name, processing_type, status, "
                    "processed_at) values (%s, %s, 'x', 'success', %s)",
                    (first_id + number, f"w-{first_id}-{day}", day),
                )
                accepted.append(number)
            except psycopg2.errors.CheckViolation:
                time.sleep(0.001)


def start_archive(logs: Logs) -> subprocess.Popen[bytes]:
    vars_text = json.dumps({"run_ledger_processing_logs_retention": MIXED})
    return subprocess.Popen(
        [sys.executable, "-m", "dbt_run_ledger", "archive", "--today", str(TODAY), "--quiet",
         "--project-dir", str(logs.project.folder), "--profiles-dir", str(logs.project.folder),
         "--vars", vars_text],
        env={**os.environ, "PYTHONPATH": str(PYTHON_SOURCES)},
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


@excluded("python side")
@excluded("hundreds of statements")
def test_months_in_the_hot_table_stay_bounded(logs: Logs) -> None:
    """L55-L57, LC5, LC20: over more than a year at a hundredth of the size the hot table holds no
    more than 184 days after an archive, whatever the cadence, and no row is lost. The benchmark
    runs three years at full size."""
    policy = policy_from({})
    table = logs.place.table("processing_logs")
    columns = ["log_id", "execution_name", "processing_type", "status", "processed_at"]
    if logs.warehouse.name == "postgres":
        months = ("--args", "{from_month: 2023-01}")
        logs.project.dbt("run-operation", "create_processing_log_months", *months)
    day, written, held = date(2023, 1, 1), 0, []
    for weeks in (2, 9, 1, 13, 5, 1, 1, 20, 4, 4, 8, 1):
        rows = [
            [written + n, f"run-{day + timedelta(n // 20)}", "login_update", "success",
             day + timedelta(n // 20)]
            for n in range(140 * weeks)
        ]  # fmt: skip
        logs.warehouse.append(table, columns, rows)
        written += len(rows)
        day += timedelta(7 * weeks)
        archive(*logs.both, policy, today=day)
        (count,) = logs.warehouse.query(f"select count(*) as n from {table}")
        held.append(int(count["n"]))
    assert 3_000 < max(held) <= 184 * 20
    assert logs.rows("_summary") != []
    assert sum(per_status(logs).values()) == written
    assert verify(*logs.both, [seal(*logs.both).head]).findings == []
