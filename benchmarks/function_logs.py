"""From JSON lines to hourly metrics: against a bare group by, and with a year of history.

Throughput: the package's sketch against two group bys over the same files, by DuckDB itself: one that
answers the same columns (bar: 1.5 times), and the source document's shorter query. CPU of this
process, in turn; copies are looked for by the sketch alone.

History: a run of the models for one new hour, with one day and with one year of hours before it, as
processes of their own (bar: 1.1 times).

Loading: rows to the emulated Snowflake by PUT and COPY INTO, and by INSERT ... VALUES; on the clock, because
most of it is the server's.

Sketch: the worst error of an hourly 99th percentile, and that of the month merged from the hours.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import resource
import statistics
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks.measure import Cost, cell, in_turn, print_table, process_cost, ratio
from dbt_run_ledger import warehouses
from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.project import Project

HOUR = timedelta(hours=1)
FUNCTIONS = ("chat_endpoint", "chat_stream", "review_schema_endpoint", "upload", "search")
MODELS = ("stg_run_ledger__function_log_lines", "run_ledger__hourly_function_sketch")
METRICS = "run_ledger__hourly_function_metrics"
SAME_COLUMNS = """
select date_trunc('hour', timestamp), function_name, count(distinct invocation_id),
  count(distinct case when level = 'ERROR' then invocation_id end), count(*),
  count(case when level = 'ERROR' then 1 end), count(case when level = 'WARNING' then 1 end),
  count(case when duration_ms > 3000 then 1 end), count(distinct status_code), avg(duration_ms),
  approx_quantile(duration_ms, 0.5), approx_quantile(duration_ms, 0.95),
  approx_quantile(duration_ms, 0.99), min(duration_ms), max(duration_ms)
from {logs} group by 1, 2"""
DOCUMENT = """
select date_trunc('hour', timestamp), function_name, count(*),
  count(case when level = 'ERROR' then 1 end), avg(duration_ms), approx_quantile(duration_ms, 0.99)
from {logs} group by 1, 2"""


def write_hour(root: Path, hour: datetime, invocations: int, rng: random.Random) -> list[float]:
    """One file of four entries an invocation; the durations in it."""
    folder = root / f"{hour:YEAR=%Y/MONTH=%m/DAY=%d/HOUR=%H}"
    folder.mkdir(parents=True, exist_ok=True)
    durations = []
    with (folder / f"{uuid.UUID(int=rng.getrandbits(128))}.json").open("w") as file:
        for _ in range(invocations):
            run = str(uuid.UUID(int=rng.getrandbits(128)))
            function = rng.choice(FUNCTIONS)
            is_bad = rng.random() < 0.02
            durations.append(float(max(2, round(rng.lognormvariate(6, 1)))))
            for number in range(4):
                moment = hour + timedelta(milliseconds=rng.randrange(3_600_000))
                is_last = number == 3
                entry = {
                    "log_id": str(uuid.UUID(int=rng.getrandbits(128))),
                    "function_name": function,
                    "invocation_id": run,
                    "level": "ERROR" if is_bad and is_last else "INFO",
                    "message": f"Request was processed, step {number} of 4",
                    "timestamp": moment.isoformat(timespec="milliseconds") + "Z",
                    "duration_ms": durations[-1] if is_last else None,
                    "status_code": (500 if is_bad else 200) if is_last else None,
                    "exception": {"type": "E", "message": "m"} if is_bad and is_last else None,
                    "metadata": {"environment": "prod", "correlation_id": run},
                }
                file.write(json.dumps(entry) + "\n")
    return durations


def logs_project(here: Cell, name: str) -> tuple[Project, Path]:
    root = here.folder / name
    settings = {
        "run_ledger_models": True,
        "run_ledger_ledgers": ["function_logs"],
        "run_ledger_function_logs_url": str(root),
    }
    return here.project("two_models", vars=settings), root


def now() -> datetime:
    return datetime.now().replace(minute=0, second=0, microsecond=0)  # noqa: DTZ005 - any hour does


def own_cost(action: Callable[[], object]) -> Cost:
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    action()
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, time.monotonic() - began)


def throughput(here: Cell, entries: int, rounds: int) -> None:
    project, root = logs_project(here, "throughput")
    rng = random.Random(1)  # noqa: S311 - no secrets
    hours = [now() - number * HOUR for number in range(48)]
    durations = {hour: write_hour(root, hour, entries // 48 // 4, rng) for hour in hours}
    project.dbt("run-operation", "refresh_function_logs")
    project.dbt("run", "--select", MODELS[0])
    project.dbt("compile", "--select", MODELS[1])
    folder = project.folder / "target" / "compiled" / "run_ledger" / "models" / "function_logs"
    sketch = (folder / f"{MODELS[1]}.sql").read_text()
    costs = query_costs(project, sketch, rounds)
    ours = [each.cpu for each in costs["the sketch, copies looked for"]]
    print(f"{entries:,} entries of 48 hours, DuckDB, 2 threads, {rounds} rounds\n")
    print_table(
        ("query", "CPU", "the sketch takes times"),
        [
            (
                name,
                f"{statistics.median(each.cpu for each in found):.2f} s",
                f"{ratio(ours, [each.cpu for each in found]):.2f}",
            )
            for name, found in costs.items()
        ],
    )
    errors(project, durations)


def query_costs(project: Project, sketch: str, rounds: int) -> dict[str, list[Cost]]:
    with closing(project.connect()) as connection:
        connection.execute("set threads = 2")
        view = connection.execute(
            "select sql from duckdb_views() where view_name = 'azfunctions_logs'"
        ).fetchone()[0]
        # The files with the same columns and types, and nothing else of the package's.
        reader = view[view.index("read_json(") : view.rindex("WHERE")].rstrip(" \n")
        reader = reader.replace("\"timestamp\" := 'varchar'", "\"timestamp\" := 'timestamp'")
        reader = reader.replace("'timestamp': 'varchar'", "'timestamp': 'timestamp'")
        queries = {
            "the sketch, copies looked for": f"create or replace temp table made as {sketch}",
            "bare group by, the same columns": SAME_COLUMNS.format(logs=reader),
            "bare group by, the document's columns": DOCUMENT.format(logs=reader),
        }

        def run(query: str) -> Cost:
            return own_cost(lambda: connection.execute(query).fetchall())

        return in_turn({name: partial(run, query) for name, query in queries.items()}, rounds)


def errors(project: Project, durations: dict[datetime, list[float]]) -> None:
    """How far off the percentiles are, over all functions of an hour, and over all hours."""
    project.dbt("run", "--select", *MODELS)
    rows = project.query(
        f"select hour, bucket, sum(entries) as entries from {project.name_of(MODELS[1])} "
        "where bucket is not null group by hour, bucket"
    )
    hourly = [
        abs(merged([r for r in rows if r["hour"] == hour]) / exact(values) - 1)
        for hour, values in durations.items()
    ]
    whole = [value for values in durations.values() for value in values]
    average = statistics.mean(exact(values) for values in durations.values())
    print_table(
        ("99th percentile", "off by at most"),
        [
            ("of an hour, from the sketch", f"{max(hourly):.2%}"),
            ("of all hours, from the same sketch", f"{abs(merged(rows) / exact(whole) - 1):.2%}"),
            (
                "of all hours, as the mean of exact hourly ones",
                f"{abs(average / exact(whole) - 1):.2%}",
            ),
        ],
    )


def exact(values: list[float]) -> float:
    return sorted(values)[math.ceil(len(values) * 99 / 100) - 1]


def merged(rows: list[dict[str, object]]) -> float:
    counts: dict[int, int] = {}
    for row in rows:
        bucket = int(str(row["bucket"]))
        counts[bucket] = counts.get(bucket, 0) + int(str(row["entries"]))
    reached, total = 0, sum(counts.values())
    for bucket in sorted(counts):
        reached += counts[bucket]
        if reached * 100 >= total * 99:
            return 0.99 * (1.01 / 0.99) ** bucket
    raise ValueError("no durations")


def history(here: Cell, days: int, rounds: int) -> None:
    projects = {}
    for name, hours in (("one day", 24), (f"{days} days", 24 * days)):
        project, root = logs_project(here, name.replace(" ", "_"))
        rng = random.Random(2)  # noqa: S311 - no secrets
        for number in range(1, hours + 1):
            write_hour(root, now() - number * HOUR, 50, rng)
        project.dbt("run-operation", "refresh_function_logs")
        project.dbt("run", "--select", *MODELS, METRICS, timeout=900)
        projects[name] = (project, root, rng)

    def new_hour(name: str) -> Cost:
        project, root, rng = projects[name]
        write_hour(root, now(), 50, rng)
        return process_cost(project, "run", "--select", *MODELS, METRICS)

    costs = in_turn({name: partial(new_hour, name) for name in projects}, rounds)
    short, long = costs.values()
    print_table(
        ("one more hour after", "CPU of the run", "times"),
        [
            (
                name,
                f"{statistics.median(each.cpu for each in found):.2f} s",
                f"{ratio([each.cpu for each in found], [each.cpu for each in short]):.2f}",
            )
            for name, found in zip(costs, (short, long), strict=True)
        ],
    )


def loading(here: Cell, count: int, rounds: int) -> None:
    project = here.project("two_models")
    with closing(project.connect()) as connection:
        warehouse = warehouses.from_connection(connection)
        home = f"{project.space.database}.{project.space.schema}"
        warehouse.query(f"create schema if not exists {home}")
        warehouse.query(
            f"create table {home}.loaded (id number, message varchar, metadata variant)"
        )
        warehouse.query(f"create stage {home}.parts file_format = (type = json)")
        rows = [(n, "Request was processed", {"correlation_id": str(n)}) for n in range(count)]

        def append(stage: str | None) -> Cost:
            return own_cost(
                lambda: warehouse.append(
                    f"{home}.loaded", ("id", "message", "metadata"), rows, stage=stage
                )
            )

        ways = {"PUT and COPY INTO": f"{home}.parts", "INSERT ... VALUES": None}
        costs = in_turn({name: partial(append, stage) for name, stage in ways.items()}, rounds)
    first = [each.wall for each in costs["PUT and COPY INTO"]]
    print(f"{count:,} rows to the emulated Snowflake, {rounds} rounds\n")
    print_table(
        ("way", "on the clock", "times"),
        [
            (
                name,
                f"{statistics.median(each.wall for each in found):.2f} s",
                f"{ratio([each.wall for each in found], first):.1f}",
            )
            for name, found in costs.items()
        ],
    )


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks function_logs", description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=364)
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args(arguments)
    with cell("duckdb", "core") as here:
        throughput(here, options.entries, options.rounds)
    with cell("snowflake", "core") as here:
        loading(here, options.rows, min(options.rounds, 3))
    with cell("duckdb", "core") as here:
        history(here, options.days, options.rounds)
