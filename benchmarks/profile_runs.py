"""One profile of a wide table against SUMMARIZE and against one statement per column, on DuckDB.

All three run in this process on the same connection, in turns, and what is compared is CPU time:
on a shared machine wall time says more about the neighbours. The statement is the one that the
package sends: dbt renders it, in a project made for the purpose.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parent.parent
COLUMNS = {
    "order_id": "i",
    "shop_id": "cast(hash(i) % 1000 as integer)",
    "customer_id": "cast(hash(i * 7) % 1000000007 as bigint)",
    "amount": "cast((hash(i * 3) % 100000) / 100.0 as double)",
    "price": "cast((hash(i * 5) % 1000000) / 100 as decimal(12, 2))",
    "customer_name": "case when hash(i) % 10 > 0 then 'name ' || (hash(i * 11) % 50000) end",
    "status": "(['new', 'paid', 'sent', 'lost'])[cast(hash(i * 13) % 4 as integer) + 1]",
    "ordered_at": "timestamp '2024-01-01' + to_seconds(cast(hash(i * 17) % 31536000 as bigint))",
    "delivery_date": "date '2020-01-01' + cast(hash(i * 19) % 1500 as integer)",
    "is_gift": "hash(i * 23) % 2 = 0",
}
NUMBERS = ("order_id", "shop_id", "customer_id", "amount", "price")
PRINT_SCAN = """
{% macro print_scan() %}
  {% set found = run_ledger.profiled_columns(run_ledger.profile_target('main.orders')) %}
  {% set scan = run_ledger.profile_scan(found.columns, found.relation, run_ledger.profile_options()) %}
  {% do log('SCAN ' ~ tojson(scan), info=true) %}
{% endmacro %}
"""


def make_table(file: Path, rows: int) -> None:
    columns = ", ".join(f"{expression} as {name}" for name, expression in COLUMNS.items())
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"create table orders as select {columns} from range({rows}) as r(i)")


def rendered_scan(folder: Path, file: Path) -> str:
    """The scan as dbt renders it for this table."""
    (folder / "macros").mkdir()
    (folder / "dbt_packages").mkdir()
    (folder / "dbt_packages" / "run_ledger").symlink_to(ROOT)
    files = {
        "dbt_project.yml": "name: bench\nprofile: bench\nvars: {run_ledger_ledgers: []}\n",
        "packages.yml": f"packages:\n  - local: {ROOT}\n",
        "profiles.yml": json.dumps(
            {"bench": {"target": "dev", "outputs": {"dev": {"type": "duckdb", "path": str(file)}}}}
        ),
        "macros/print_scan.sql": PRINT_SCAN,
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    done = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "run-operation", "print_scan"],
        cwd=folder,
        env={
            **os.environ,
            "DBT_PROFILES_DIR": str(folder),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    _, found, text = done.stdout.partition("SCAN ")
    if not found:
        raise SystemExit(f"dbt did not render the scan:\n{done.stdout}{done.stderr}")
    return str(json.loads(text.splitlines()[0]))


def per_column_statements() -> list[str]:
    """What a profile of one statement per column asks, exact counts and medians included."""
    statements = []
    for name in COLUMNS:
        numbers = (
            f"avg({name}), median({name}), stddev_pop({name}), stddev_samp({name})"
            if name in NUMBERS
            else "null, null, null, null"
        )
        statements.append(
            f"select count(*), sum(case when {name} is null then 0 else 1 end) / count(*), "
            f"count(distinct {name}) / count(*), count(distinct {name}), "
            f"count(distinct {name}) = count(*), min({name}), max({name}), {numbers} from orders"
        )
    return statements


def cpu_seconds(work: Callable[[], object]) -> tuple[float, float]:
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    work()
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_SELF)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, wall


def measured(file: Path, scan: str, rounds: int) -> dict[str, list[tuple[float, float]]]:
    per_column = per_column_statements()
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.execute(f"set threads = {os.cpu_count() or 1}")

        def run(*statements: str) -> Callable[[], object]:
            return lambda: [connection.execute(each).fetchall() for each in statements]

        candidates = {
            "run_ledger": run(scan),
            "summarize": run("select * from (summarize orders)"),
            "per column": run(*per_column),
        }
        run("select count(*) from orders where order_id >= 0 and customer_name > ''")()
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in candidates}
        for number in range(rounds):
            for name, work in candidates.items():
                times[name].append(cpu_seconds(work))
            print(f"round {number + 1} of {rounds} done", file=sys.stderr)
    return times


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks profile_runs", description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="run-ledger-bench-") as name:
        folder = Path(name)
        file = folder / "bench.duckdb"
        make_table(file, options.rows)
        scan = rendered_scan(folder, file)
        times = measured(file, scan, options.rounds)
    ours = statistics.median(cpu for cpu, _ in times["run_ledger"])
    print(
        f"{options.rows:,} rows x {len(COLUMNS)} columns, DuckDB {duckdb.__version__}, "
        f"{os.cpu_count()} cores, median of {options.rounds} rounds"
    )
    for label, values in times.items():
        cpu = statistics.median(value for value, _ in values)
        wall = statistics.median(value for _, value in values)
        pairs = [value[0] / own[0] for value, own in zip(values, times["run_ledger"], strict=True)]
        print(
            f"{label:12} {cpu:6.2f} s CPU {wall:6.2f} s wall {cpu / ours:5.2f}x "
            f"(pairs {min(pairs):.2f} to {max(pairs):.2f})"
        )
