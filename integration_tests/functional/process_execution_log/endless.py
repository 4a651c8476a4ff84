"""A model that does not end by itself, and a dbt that is stopped while it runs."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable
from typing import TypeAlias

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.project import Project
from integration_tests.functional.harness.result import Result, Running
from integration_tests.functional.process_execution_log.job_reading import statuses_of, wait_for

Start: TypeAlias = Callable[..., Running]

ENDLESS = {
    "duckdb": "select count(*) as n from range(1000000) a, range(1000000) b "
    "where sin(a.range * b.range) > 2",
    "postgres": "select 1 as n, cast(pg_sleep(60) as text) as slept",
    # dbt-core cannot cancel it in the emulator, and waits.
    "snowflake": "select 1 as n, system$wait(12) as waited",
}


def endless_models(cell: Cell) -> dict[str, str | None]:
    model = "-- depends_on: {{ ref('good') }}\n" + ENDLESS[cell.warehouse.name]
    return {"models/endless.sql": model, "models/broken.sql": None, "models/after_broken.sql": None}


def start_endless(
    project: Project, is_seen_in_the_row: bool = True, start: Start | None = None
) -> Running:
    """dbt, as soon as the model `endless` runs: in the row, where somebody can and should look."""
    running = (start or project.start)("run", "--select", "good", "endless", threads=1)
    if project.warehouse.name == "duckdb" or not is_seen_in_the_row:
        # Nobody can look into the file; but the row is there once the hook is done.
        done = {"core": r"START sql \w+ model \S*endless", "v2": "on-run-start-0"}
        pattern = done[project.engine.name]
        wait_for(lambda: re.search(pattern, running.output) is not None, running)
        wait_for_query(project, running)
        return running

    def is_running() -> bool:
        try:
            row = project.ledger()[-1]
        except Exception:  # noqa: BLE001 - there is no table yet
            return False
        return statuses_of(row).get("endless") == "RUNNING"

    wait_for(is_running, running)
    return running


def wait_for_query(project: Project, running: Running) -> None:
    """An interruption that comes before the query has begun is lost: dbt then waits for it to end,
    with or without the package.
    """
    if project.warehouse.name == "snowflake":
        # dbt v2 has said no more than that on-run-start is done.
        time.sleep({"core": 0.5, "v2": 2}[project.engine.name])
    elif project.warehouse.name == "postgres":
        wait_for(lambda: bool(project.query(f"select pid {_sessions(project)}")), running)
    else:
        # What else dbt does by now takes a few milliseconds.
        begun = running.cpu_seconds()
        wait_for(lambda: running.cpu_seconds() > begun + 0.5, running)


def _sessions(project: Project) -> str:
    """Those of Postgres that run the endless model of the project."""
    return (
        "from pg_stat_activity where pid <> pg_backend_pid() and state = 'active' "
        f"and query like '%pg_sleep(60)%' and query like '%{project.space.schema}%'"
    )


def ended(project: Project, running: Running) -> Result:
    """The end of a dbt that was sent a signal."""
    result = running.wait()
    if project.warehouse.name == "postgres":
        # The server does not notice, and would keep the model's locks until it wakes up.
        project.query(f"select pg_terminate_backend(pid) {_sessions(project)}")
    return result


def kill_in_the_middle(project: Project) -> None:
    """SIGKILL while the model `endless` runs."""
    running = start_endless(project)
    running.signal(signal.SIGKILL)
    assert ended(project, running).exit_code == -signal.SIGKILL
