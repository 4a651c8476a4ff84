"""Alert replay: 48 hours, every ten minutes, with late entries. No window is missed, none fires twice."""

from __future__ import annotations

import os
import random
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest

from dbt_run_ledger import warehouses
from dbt_run_ledger.function_logs.alerts import Notifier, NotSentError, Window, message_of
from dbt_run_ledger.warehouses import Warehouse
from integration_tests.functional.function_logs.log_files import Entry, LogFile, entry
from integration_tests.functional.function_logs.logs_project import (
    METRICS,
    create,
    deliver,
    load,
    logs_project,
    place_of,
)
from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.project import Project

HOUR = timedelta(hours=1)
STEP = timedelta(minutes=10)
HOURS = 48
# A statement takes the emulated Snowflake some thirty times as long; 48 pass there, too.
HOURS_ON_SNOWFLAKE = int(os.environ.get("RUN_LEDGER_TEST_ALERT_HOURS", "12"))
LATE_STEPS = 12
COLUMNS = (
    *("hour", "function_name", "total_invocations", "errors"),
    *("error_rate", "sla_violations"),
)


class Replay:
    """Counts of invocations and errors per hour, which arrive step by step, some of them late."""

    def __init__(self, warehouse: Warehouse, project: Project, start: datetime) -> None:
        self.warehouse, self.start = warehouse, start
        self.table = project.name_of("hourly_function_metrics")
        self.windows = project.name_of("run_ledger__function_alert_windows")
        self.rng = random.Random(11)  # noqa: S311 - no secrets
        self.totals: dict[datetime, list[int]] = {}
        self.pending: dict[int, list[tuple[datetime, int, int]]] = {}

    def arrive(self, step: int, *, is_over: bool) -> None:
        """What happened in these ten minutes: most of it now, some of it up to two hours later."""
        hour = self.start + step * STEP // HOUR * HOUR
        rate = self.rng.choice([0.0, 0.0, 0.03, 0.2]) if step % 6 == 0 else 0.01
        for _ in range(0 if is_over else 3):
            calls = self.rng.randrange(0, 12)
            errors = sum(self.rng.random() < rate for _ in range(calls))
            delay = 0 if self.rng.random() < 0.7 else self.rng.randrange(1, LATE_STEPS)
            self.pending.setdefault(step + delay, []).append((hour, calls, errors))
        changed = self.pending.pop(step, [])
        for known, calls, errors in changed:
            total = self.totals.setdefault(known, [0, 0])
            total[0] += calls
            total[1] += errors
        self.write({known: self.totals[known] for known, _, _ in changed})

    def write(self, hours: dict[datetime, list[int]]) -> None:
        if not hours:
            return
        rows = [
            (hour, "f", calls, errors, errors / calls if calls else None, 0)
            for hour, (calls, errors) in hours.items()
        ]
        places = ", ".join(["%s"] * len(hours))
        with self.warehouse.transaction():
            self.warehouse.execute(f"delete from {self.table} where hour in ({places})", [*hours])
            self.warehouse.append(self.table, COLUMNS, rows)

    def open_windows(self) -> set[str]:
        return {
            f"{name}|f|{hour:%Y-%m-%d %H:%M:%S}.000"
            for hour, (calls, errors) in self.totals.items()
            for name, limit in (("high_function_error_rate", 0.05), ("function_error_rate", 0.01))
            if calls >= 20 and errors / calls > limit
        }


@excluded("notifier")
def test_48_hours_of_alerts(cell: Cell) -> None:
    """A58-A63, AC4, AC13: what was ever outside a threshold is told once, however late it shows."""
    # A clock far enough back for the whole replay, and a view that looks as far.
    project = logs_project(cell, run_ledger_function_logs_alert_hours=24 * 10)
    hour = datetime.now().replace(minute=0, second=0, microsecond=0)  # noqa: DTZ005 - any hour does
    start = hour - 72 * HOUR
    deliver(project, [LogFile(hour, [Entry(entry(hour, "g"), hour)])])
    create(project)
    if cell.warehouse.name != "duckdb":
        load(project)
    project.dbt("run", *METRICS, "run_ledger__function_alert_windows")
    hours = HOURS_ON_SNOWFLAKE if cell.warehouse.name == "snowflake" else HOURS
    steps = hours * 6
    with closing(project.connect()) as connection:
        warehouse = warehouses.from_connection(connection)
        replay = Replay(warehouse, project, start)
        notifier = Notifier(warehouse, place_of(project), replay.windows)
        fired: list[str] = []
        ever_open: set[str] = set()
        for step in range(steps + LATE_STEPS):
            replay.arrive(step, is_over=step >= steps)
            ever_open |= replay.open_windows()
            told = notifier.notify(lambda window: fired.append(window["alert_window_id"]))
            assert {each["alert_window_id"] for each in told} <= ever_open
            assert set(fired) == ever_open
        assert len(fired) == len(set(fired)) == len(ever_open)
        assert len(fired) > hours / 2
        check_failures(warehouse, project, replay)


def check_failures(warehouse: Warehouse, project: Project, replay: Replay) -> None:
    """Not sent is not told; who dies in between is followed by the next, after the lease."""
    replay.write({replay.start - HOUR: [100, 50]})
    place, windows = place_of(project), replay.windows

    def fail(window: Window) -> None:  # noqa: ARG001
        raise NotSentError

    with pytest.raises(NotSentError):
        Notifier(warehouse, place, windows).notify(fail)
    told: list[dict[str, Any]] = []
    first = Notifier(warehouse, place, windows).notify(lambda window: told.append(dict(window)))
    # The one that failed is claimed for now; the other alert of the hour is free.
    assert [each["alert_name"] for each in first] == ["high_function_error_rate"]
    later = Notifier(warehouse, place, windows, lease=timedelta(0))
    assert [each["alert_name"] for each in later.notify(lambda _: None)] == ["function_error_rate"]
    assert later.notify(lambda _: None) == []
    assert message_of(told[0]).endswith("50.0% of 100 invocations, allowed 5.0%")


@excluded("one cell")
def test_one_day_of_a_year_reads_24_files(cell: Cell) -> None:
    """A20, A37, A57: the plan itself says how many of 8,760 files it reads."""
    project = logs_project(cell)
    end = datetime.now().replace(minute=0, second=0, microsecond=0)  # noqa: DTZ005 - any hour does
    year = [end - number * HOUR for number in range(8760)]
    deliver(
        project, [LogFile(hour, [Entry(entry(hour, "f", duration_ms=1), hour)]) for hour in year]
    )
    create(project)
    project.dbt(
        "run", "--select", "stg_run_ledger__function_logs", "stg_run_ledger__function_log_lines"
    )
    day = end - timedelta(days=100)
    condition = f"log_year = {day.year} and log_month = {day.month} and log_day = {day.day}"
    logs = project.name_of("stg_run_ledger__function_logs")
    (answer,) = project.query(f"select count(*) as n from {logs} where {condition}")
    assert answer["n"] == 24
    plan = str(project.query(f"explain analyze select count(*) from {logs} where {condition}"))
    assert "Scanning Files: 24/8760" in plan
    assert "Total Files Read: 24" in plan
