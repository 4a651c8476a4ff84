"""50 dbt jobs at once into one ledger: are all rows true, and does anybody wait for the others?

Each job is a process of its own that builds its own models; the same jobs also run without the
package. The ratio compares the time from the first start to the last end, and counts waits for
locks on the ledger that another session sees meanwhile.
"""

from __future__ import annotations

import argparse
import threading
import time
from contextlib import closing

from benchmarks.measure import cell, print_table
from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.project import Project
from integration_tests.functional.process_execution_log.job_reading import HOOKS, counts_of


def jobs(here: Cell, number: int, package: bool) -> list[Project]:
    config = HOOKS if package else {}
    first = here.project("three_models", config=config, package=package)
    first.dbt("run")
    others = []
    for each in range(number):
        # Schemas of their own, so that the models do not meet; the ledger is the same.
        schema = f"{first.space.schema}_{each}"
        project = here.project(
            "three_models", config=config, package=package, beside=first, schema=schema
        )
        project.dbt("parse")
        others.append(project)
    return others


def all_at_once(projects: list[Project]) -> tuple[float, int]:
    """Seconds from the first start to the last end; looks at which a lock was waited for."""
    waits, ended = 0, threading.Event()

    def look() -> None:
        nonlocal waits
        with closing(projects[0].connect()) as connection, connection.cursor() as cursor:
            while not ended.wait(0.05):
                cursor.execute(
                    "select count(*) from pg_stat_activity where wait_event_type = 'Lock' "
                    "and query like '%process_execution_log%'"
                )
                waits += int(cursor.fetchone()[0])

    watcher = threading.Thread(target=look)
    watcher.start()
    began = time.monotonic()
    running = [project.start_program("--quiet", "run") for project in projects]
    codes = [each.wait(900).exit_code for each in running]
    seconds = time.monotonic() - began
    ended.set()
    watcher.join()
    assert codes == [0] * len(projects), codes
    return seconds, waits


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks many_jobs", description=__doc__)
    parser.add_argument("--jobs", type=int, default=50)
    options = parser.parse_args(arguments)
    with cell("postgres", "core") as here:
        bare, _ = all_at_once(jobs(here, options.jobs, package=False))
        projects = jobs(here, options.jobs, package=True)
        seconds, waits = all_at_once(projects)
        rows = projects[0].ledger()
        true_rows = [
            row
            for row in rows
            if row["execution_status_name"] == "SUCCESS" and counts_of(row) == (3, 3, 0, 0)
        ]
    print_table(
        ["jobs", "true rows", "rows", "seconds", "without the package", "waits for a lock"],
        [[
            *(str(options.jobs), f"{len(true_rows) - 1}", f"{len(rows) - 1}"),
            *(f"{seconds:.0f}", f"{bare:.0f}", str(waits)),
        ]],
    )  # fmt: skip
