"""`run-ledger demo`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from argparse import Namespace
from datetime import datetime
from pathlib import Path

from dbt_run_ledger.command_line import Subparsers, add_command
from dbt_run_ledger.errors import InputError, MissingDependencyError, RunLedgerError

DEFAULT_FOLDER = "run-ledger-demo"
# A folder that holds this file was made by the demo and may be made anew.
MARK = ".made-by-run-ledger-demo"
TIMEOUT_SECONDS = 600
LINES_ON_FAILURE = 15
LEDGERS = "package:run_ledger"


class DemoError(RunLedgerError):
    """A step of the demo failed."""


def add_commands(subparsers: Subparsers) -> None:
    demo = add_command(
        subparsers, "demo", run_demo, "make a project with all five ledgers, and its report"
    )
    demo.add_argument("--folder", type=Path, default=Path(DEFAULT_FOLDER), metavar="FOLDER")
    demo.add_argument("--package", type=Path, metavar="FOLDER", help="the dbt package, if not ours")
    demo.add_argument("--open", action="store_true", help="show the report in the browser")


def run_demo(arguments: Namespace) -> int:
    from dbt_run_ledger.demo.project import package_folder, write_project

    package = package_folder(arguments.package)
    folder = _fresh(arguments.folder.expanduser().resolve())
    write_project(folder, package)
    steps = (
        (("deps",), "a project of five models installs the package"),
        (("run-operation", "create_ledgers"), "the five ledgers are created"),
        (None, "a month of history is written into them"),
        (("build", "--exclude", LEDGERS), "a build, and the row that it leaves"),
        (("run-operation", "profile_table", "--args", "{relation: customers}"), "a profile"),
        (("run", "--select", "customers", "--vars", "{missing_emails: 30}"), "emails go missing"),
        (("run-operation", "profile_table", "--args", "{relation: customers}"), "the next profile"),
        (("run-operation", "archive_processing_logs"), "old months are archived"),
        (("run", "--select", LEDGERS), "the models for analysts"),
    )
    for number, (command, what) in enumerate(steps, start=1):
        if not arguments.quiet:
            print(f"{number}/{len(steps) + 1} {what}", flush=True)
        if command is None:
            write_history(folder)
        else:
            _dbt(folder, *command)
    return _report(folder, arguments)


def _report(folder: Path, arguments: Namespace) -> int:
    from dbt_run_ledger import cli

    place = ["--project-dir", str(folder), "--profiles-dir", str(folder)]
    given = ["report", *place, "--output", str(folder / "report.html"), "--since", "35d"]
    given += [f"--{name}" for name in ("open", "quiet", "json") if getattr(arguments, name)]
    return cli.main(given)


def _fresh(folder: Path) -> Path:
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise InputError(
            f"--folder: {folder} holds something that the demo did not make. Name another folder."
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
    return folder


def _dbt(folder: Path, *arguments: str) -> None:
    beside = Path(sys.executable).parent / "dbt"
    dbt = str(beside) if beside.exists() else shutil.which("dbt")
    if dbt is None:
        raise MissingDependencyError("The demo needs dbt: pip install 'dbt-run-ledger[duckdb]'.")
    place = ["--project-dir", str(folder), "--profiles-dir", str(folder)]
    done = subprocess.run(
        [dbt, "--no-use-colors", *arguments, *place, "--target", "dev"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    if done.returncode:
        last = (done.stdout + done.stderr).strip().splitlines()[-LINES_ON_FAILURE:]
        raise DemoError(f"`dbt {' '.join(arguments)}` failed: {' / '.join(last)}")


def write_history(folder: Path) -> None:
    from dbt_run_ledger import warehouses
    from dbt_run_ledger.demo import history

    with warehouses.from_profile(folder, folder) as session:
        warehouse, place = session.warehouse, session.place
        now: datetime = warehouse.query(f"select {warehouse.now_utc} as now")[0]["now"]
        runs, moves = history.ingestion_runs(now)
        rows, files = history.processing_logs(now)
        for table, found in (
            (place.table("process_execution_log"), list(history.jobs(now))),
            (place.table("ingestion_runs"), runs),
            (place.table("ingestion_runs", "_transitions"), moves),
            (place.table("function_logs"), list(history.function_logs(now))),
            (place.table("processing_logs"), rows),
            (place.table("processing_logs", "_executions"), files),
        ):
            warehouse.append(table, history.names_of(found), history.values_of(found))
