#!/usr/bin/env python3
"""Build a small shop on DuckDB and show what the job ledger says about it.

Everything lands in integration_tests/target/demo, which git ignores and the next demo replaces.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a script, only dev/ itself would be on the path

from dev.demo_tables import LINE_WIDTH, record, table  # noqa: E402

PROJECT = ROOT / "integration_tests"
FOLDER = PROJECT / "target" / "demo"
DATABASE = FOLDER / "warehouse.duckdb"
DBT = Path(sys.executable).parent / "dbt"
DBT_TIMEOUT_SECONDS = 300
LINES_ON_FAILURE = 25
TIME_OF_DAY = re.compile(r"^\d\d:\d\d:\d\d ? ?")
# Lines of dbt that announce what the next ones say, or where it keeps its files.
WORDS_NOT_SHOWN = (" START ", " parsing", "compiled code at", "Finished running")

STEP_COLUMNS = ("status", "resource_type", "model_name", "start_time", "duration_ms", "wait_ms")
SUMMARIES = {
    "run_ledger__job_runs": """
        select strftime(started_at, '%H:%M:%S') as started, command, status,
            duration_seconds as seconds, total_models as models, completed_models as completed,
            failed_models as failed, skipped_models as skipped, first_error
        from shop.run_ledger__job_runs
        order by started_at desc
    """,
    "run_ledger__model_durations": """
        select run_date, resource_type as type, model_name, runs, failures,
            median_duration_ms as median_ms, p95_duration_ms as p95_ms, last_status
        from shop.run_ledger__model_durations
        where resource_type <> 'test' and model_name not like '%run_ledger__%'
        order by run_date, median_duration_ms desc, model_name
    """,
}


class DemoError(Exception):
    """The demo cannot go on; the message says why and what to do."""


def environment() -> dict[str, str]:
    """The caller's, without their dbt settings, and with every path inside the demo's folder."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
    return {
        **own,
        "DBT_PROFILES_DIR": str(PROJECT),
        "DBT_PROJECT_DIR": str(PROJECT),
        "DBT_TARGET_PATH": str(FOLDER / "target"),
        "DBT_LOG_PATH": str(FOLDER / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_VERSION_CHECK": "false",
        "DBT_USE_COLORS": "false",
        "DBT_PRINTER_WIDTH": "76",
        "SHOP_DUCKDB_PATH": str(DATABASE),
    }


def emphasis(text: str) -> str:
    """Bold on a terminal that wants it."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\033[1m{text}\033[0m"


def say(*lines: str) -> None:
    for line in lines:
        print(line, flush=True)


def heading(text: str) -> None:
    say("", emphasis(f"== {text} ".ljust(LINE_WIDTH, "=")), "")


def dbt(*arguments: str, expected: int = 0) -> None:
    """Run dbt and show its output without the lines that only announce another."""
    command = shlex.join(["dbt", *arguments])
    say(emphasis(f"$ {command}"))
    last: deque[str] = deque(maxlen=LINES_ON_FAILURE)
    process = subprocess.Popen(
        [str(DBT), *arguments],
        cwd=PROJECT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    timer = threading.Timer(DBT_TIMEOUT_SECONDS, process.kill)
    timer.daemon = True
    timer.start()
    for line in process.stdout or ():
        text = TIME_OF_DAY.sub("", line.rstrip())
        last.append(text)
        if text and not any(word in text for word in WORDS_NOT_SHOWN):
            say(f"  {text}" if len(text) < LINE_WIDTH - 2 else f"  {text[: LINE_WIDTH - 5]}...")
    code = process.wait()
    timer.cancel()
    if code != expected:
        raise DemoError(
            f"`{command}` ended with exit code {code}, expected {expected}. Its last lines were:\n"
            + "\n".join(f"    {text}" for text in last)
        )


def query(sql: str) -> list[dict[str, Any]]:
    """Rows of the demo's database, with JSON as Python values."""
    with closing(duckdb.connect(str(DATABASE), read_only=True)) as connection:
        cursor = connection.execute(sql)
        names = [column[0] for column in cursor.description]
        is_json = [column[1] == "JSON" for column in cursor.description]
        return [
            {
                name: json.loads(value) if json_here and value is not None else value
                for name, json_here, value in zip(names, is_json, row, strict=True)
            }
            for row in cursor.fetchall()
        ]


def newest_row() -> dict[str, Any]:
    rows = query("select * from run_ledger.process_execution_log order by 1 desc limit 1")
    if not rows:
        raise DemoError("the ledger is empty although dbt ended as expected. Please report this.")
    return rows[0]


def show_row(row: Mapping[str, Any]) -> None:
    steps = row["step_execution_obj"]
    shown = {**steps, "models": f"{len(steps['models'])} steps, see below"}
    say(*record({**row, "step_execution_obj": shown}), "")
    show_steps(steps["models"])


def show_steps(steps: Sequence[Mapping[str, Any]]) -> None:
    say(*table(steps, STEP_COLUMNS))


def show_failure(row: Mapping[str, Any]) -> None:
    names: tuple[str, ...] = ("process_step_id", "execution_status_name", "execution_completed_ind")
    names += ("destination_data_cnt_obj", "error_message_obj")
    say(*record({name: row[name] for name in names}), "")
    show_steps(row["step_execution_obj"]["models"])


def demo() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)

    heading("1. A dbt project adds the package and installs it")
    say(*(f"  {line}" for line in (PROJECT / "packages.yml").read_text().splitlines()), "")
    dbt("deps")

    heading("2. A build: seeds, models, a snapshot, tests, one of which warns")
    dbt("build")

    heading("3. The one row that the build left in run_ledger.process_execution_log")
    show_row(newest_row())

    heading("4. A run with a model that fails: a payment's amount is no number")
    dbt("run", "--vars", "{shop_trust_amounts: true}", expected=1)

    heading("5. The row of the failed run: what failed, why, and what was skipped for it")
    show_failure(newest_row())

    heading("6. The package's models turn the rows into tables for analysts")
    dbt("run", "--select", "package:run_ledger", "--vars", "{run_ledger_models: true}")
    for model, sql in SUMMARIES.items():
        rows = query(sql)
        say("", emphasis(model), *table(rows, list(rows[0])))

    heading("7. All five ledgers with a month of history, and the report over them")
    run_ledger("demo", "--folder", str(FOLDER / "harbour"))


def run_ledger(*arguments: str) -> None:
    """Run the companion from this checkout, its output as it comes."""
    path = os.pathsep.join(filter(None, (str(ROOT / "python_hooks"), os.environ.get("PYTHONPATH"))))
    say(emphasis(f"$ run-ledger {arguments[0]}"))
    done = subprocess.run(
        [sys.executable, "-m", "dbt_run_ledger", *arguments],
        env={**os.environ, "PYTHONPATH": path},
        timeout=3 * DBT_TIMEOUT_SECONDS,
        check=False,
    )
    if done.returncode:
        raise DemoError(f"`run-ledger {arguments[0]}` ended with exit code {done.returncode}.")


def main() -> int:
    started = time.monotonic()
    try:
        demo()
    except (DemoError, OSError, duckdb.Error) as error:
        print(f"\ndemo: {error}", file=sys.stderr)
        print("demo: `make setup` renews the environments; then try again.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    heading("What to try next")
    say(
        "  cd integration_tests",
        f"  export SHOP_DUCKDB_PATH={DATABASE.relative_to(PROJECT)}",
        "  ../.venv/bin/dbt build --select payments_by_method+     # another job, another row",
        "  ../.venv/bin/dbt run-operation show_job                 # the newest row and its steps",
        "",
        "  The same under dbt v2, in a file of its own:",
        "  SHOP_DUCKDB_PATH=v2.duckdb ../.venv-v2/bin/dbt build",
        "",
        "  Open the report in a browser:",
        f"  {(FOLDER / 'harbour' / 'report.html').relative_to(ROOT)}",
        "",
        "  README.md says how to install the package in your project, docs/ what the columns mean.",
        f"  The demo took {time.monotonic() - started:.0f} s. Its files are in "
        f"{FOLDER.relative_to(ROOT)}.",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
