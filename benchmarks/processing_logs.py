"""The processing logs on Postgres, each figure beside the bare statement it is measured against.

    python -m benchmarks processing_logs [--days 340] [--years 3]

Wall time is that of the machine; CPU is that of the server's session and of the client together,
and depends little on who else is working. What a session waited for a core is told beside it.
"""

from __future__ import annotations

import argparse
import io
import random
import statistics
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import measure
from dbt_run_ledger import warehouses
from dbt_run_ledger.processing_logs import archive, process_csv, seal, verify
from dbt_run_ledger.processing_logs.archive import Archived
from dbt_run_ledger.processing_logs.policy import SETTING, policy_from
from dbt_run_ledger.warehouses import Session
from integration_tests.functional.harness.cell import Cell

FIRST_DAY = date(2025, 1, 1)
USERS = 5_000
LINES = 1_000
PAIRS = 40
WARM_UPS = 4
COPIED = (
    "execution_name, user_id, processing_type, old_value, new_value, status, error_message, "
    "processed_at, retention_class, metadata"
)


class Bench:
    """One project with its tables, and its connection."""

    def __init__(self, cell: Cell) -> None:
        settings = {"run_ledger_ledgers": ["processing_logs"]}
        self.project = cell.project("three_models", vars=settings)
        months = ("--args", "{from_month: 2023-01}")
        self.project.dbt("run-operation", "create_processing_log_months", *months)
        self.folder = self.project.folder
        self.session: Session = warehouses.from_profile(self.folder, self.folder)
        self.warehouse, self.place = self.session.warehouse, self.session.place
        self.both = (self.warehouse, self.place)
        self.table = self.place.table("processing_logs")
        users = [[f"U{number:05d}"] for number in range(USERS)]
        self.warehouse.append(self.place.table("users"), ["user_id"], users)
        (row,) = self.warehouse.query("select pg_backend_pid() as pid")
        self.server = int(row["pid"])
        self.number = 0

    @property
    def driver(self) -> Any:  # noqa: ANN401 - psycopg2
        return self.warehouse._connection  # type: ignore[attr-defined]

    def cpu(self) -> float:
        """Seconds of the server's session and of this process."""
        return self._scheduled(0) + time.process_time()

    def waited(self) -> float:
        """Seconds in which the server's session was ready and had no core."""
        return self._scheduled(1)

    def _scheduled(self, place: int) -> float:
        return int(Path(f"/proc/{self.server}/schedstat").read_text().split()[place]) / 1e9

    def timed(self, action: Callable[[], object]) -> tuple[float, float]:
        cpu, wall = self.cpu(), time.perf_counter()
        action()
        return time.perf_counter() - wall, self.cpu() - cpu


def say(text: str) -> None:
    print(text, flush=True)


def fill(bench: Bench, first: date, days: int) -> int:
    """A run of 2,000 rows a day, in one statement a day."""
    for day in range(days):
        moment = datetime.combine(first, datetime.min.time()) + timedelta(days=day, hours=9)
        bench.warehouse.execute(
            f"insert into {bench.table} (execution_name, user_id, processing_type, old_value, "
            "new_value, status, error_message, processed_at) select %s, "
            "'U' || lpad(cast(n as text), 5, '0'), kind, n, n + 2, "
            "case when n %% 50 = 0 then 'failed' else 'success' end, "
            "case when n %% 50 = 0 then 'User not found in users table' end, %s "
            "from generate_series(0, 999) n, (values ('login_update'), ('post_update')) k (kind)",
            (f"user-log-{moment:%Y%m%d-%H%M%S}", moment),
        )
    return days * 2 * LINES


def users_of_a_file() -> str:
    columns = (random.sample(range(size), LINES) for size in (USERS, 10**6, 10**6))
    return "\n".join(
        f"U{user:05d},{login},{post}" for user, login, post in zip(*columns, strict=True)
    )


def the_run(bench: Bench, text: str) -> Callable[[], object]:
    path = bench.folder / "users.csv"
    path.write_text("user_id,login_count,post_count\n" + text + "\n")
    bench.number += 1
    return lambda: process_csv(*bench.both, path, execution_name=f"run-{bench.number}")


def the_copy(bench: Bench, text: str) -> Callable[[], object]:
    """The same rows, ready to be copied."""
    bench.number += 1
    rest = f"success\t\\N\t{datetime.now(timezone.utc):%Y-%m-%d %H:%M:%S}\tstandard\t\\N\n"
    rows = [
        f"copy-{bench.number}\t{user}\t{kind}\t10\t{value}\t{rest}"
        for user, login, post in (line.split(",") for line in text.split("\n"))
        for kind, value in (("login_update", login), ("post_update", post))
    ]
    file = io.StringIO("".join(rows))

    def copied() -> None:
        with bench.driver.cursor() as cursor:
            cursor.copy_expert(f"copy {bench.table} ({COPIED}) from stdin", file)

    return copied


def run_against_copy(bench: Bench) -> None:
    """A file of 1,000 users, applied; and the same 2,000 rows, copied as they are: in pairs, the
    order turned round each time."""
    figures: dict[str, list[tuple[float, float]]] = {"run": [], "copy": []}
    for number in range(-WARM_UPS, PAIRS):
        text = users_of_a_file()
        pair = [("copy", the_copy(bench, text)), ("run", the_run(bench, text))]
        for name, prepared in pair if number % 2 else pair[::-1]:
            found = bench.timed(prepared)
            if number >= 0:
                figures[name].append(found)
    told = []
    for what, place in (("on the clock", 0), ("CPU", 1)):
        run, copy = ([each[place] for each in figures[name]] for name in ("run", "copy"))
        told.append(
            f"{what} {statistics.median(run) * 1000:.1f} ms beside a bare copy's "
            f"{statistics.median(copy) * 1000:.1f} ms, ratio {measure.ratio(run, copy):.2f}"
        )
    say(f"run of 2,000 rows, medians of {PAIRS} pairs: {'; '.join(told)}")


def verify_all(bench: Bench) -> None:
    wall, _ = bench.timed(lambda: seal(*bench.both))
    say(f"seal of everything for the first time: {wall:.2f} s")
    head = seal(*bench.both).head
    bench.warehouse.execute("analyze")
    walls, cpus, waits, reports = [], [], [], []

    def once() -> None:
        reports.append(verify(*bench.both, [head]))

    for _ in range(5):
        before = bench.waited()
        wall, cpu = bench.timed(once)
        walls.append(wall)
        cpus.append(cpu)
        waits.append(bench.waited() - before)
    rows = reports[-1].rows
    if any(report.findings for report in reports):
        raise RuntimeError(f"verify found what nobody did: {reports[-1].findings}")
    say(
        f"verify of {rows:,} rows: best {min(walls):.2f} s, median {statistics.median(walls):.2f} s; "
        f"CPU of one of its two sessions and of the client {statistics.median(cpus):.2f} s, "
        f"which waited {statistics.median(waits):.2f} s for a core"
    )


def archive_all(bench: Bench) -> None:
    """Every month of the year, moved, proved, rolled up and removed; exported and read back."""
    # A month moves when it is due, so that neither half of the year moves months of the other.
    policy = policy_from({SETTING: {"standard": {"hot_months": 12, "total_months": 12}}})
    folder = str(bench.folder / "exports")
    for today, to in ((date(2026, 7, 1), None), (date(2027, 1, 1), folder)):
        steps: list[Archived] = []
        wall, cpu = bench.timed(
            partial(archive, *bench.both, policy, to=to, today=today, on_step=steps.append)
        )
        rows = sum(step.rows for step in steps if step.action == "archived")
        how = "with export and read-back" if to else "without an export"
        say(
            f"archive of {rows:,} rows, proved, {how}: {wall:.2f} s, {rows / wall:,.0f} rows/s, "
            f"by CPU {rows / cpu:,.0f} rows/s"
        )


def years(bench: Bench, number: int) -> None:
    """Weekly archives over years of 2,000 rows a day: how large the hot table ever is."""
    day, most, written = date(2023, 1, 1), 0, 0
    while day < date(2023 + number, 1, 1):
        written += fill(bench, day, 7)
        day += timedelta(7)
        (row,) = bench.warehouse.query(f"select count(*) as n from {bench.table}")
        most = max(most, int(row["n"]))
        archive(*bench.both, policy_from({}), today=day)
    sums = [
        bench.warehouse.query(f"select coalesce(sum({what}), 0) as n from {table}")[0]["n"]
        for what, table in (
            ("1", bench.table),
            ("1", bench.place.table("processing_logs", "_warm")),
            ("total_processed", bench.place.table("processing_logs", "_summary")),
        )
    ]
    kept = sum(int(each) for each in sums)
    say(
        f"{number} years of 2,000 rows a day, archived every week: at most {most:,} rows in the hot "
        f"table; {written:,} written, {kept:,} hot, warm or summarised"
    )


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Measure the processing logs on Postgres.")
    parser.add_argument("--days", type=int, default=340, help="days of 2,000 rows in the table")
    parser.add_argument("--years", type=int, default=3, help="years of weekly archives; 0 for none")
    options = parser.parse_args(arguments)
    with measure.cell("postgres", "v2") as cell:
        bench = Bench(cell)
        fill(bench, FIRST_DAY, options.days)
        # The present month has as many rows as on any day near its end.
        fill(bench, datetime.now(timezone.utc).date().replace(day=1), 25)
        bench.warehouse.execute("vacuum analyze")
        verify_all(bench)
        run_against_copy(bench)
        archive_all(bench)
        bench.session.close()
    if options.years:
        with measure.cell("postgres", "v2") as cell:
            years(Bench(cell), options.years)
    return 0
