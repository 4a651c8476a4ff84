"""Bytes of write-ahead log that Postgres writes for the ledger in a run of 1,000 models.

The same run without the package is taken off. Bar: it grows with the time that the run takes and
not with the square of its models; rewriting the row at each event would be about 300 MB.
"""

from __future__ import annotations

import argparse
from contextlib import closing

from benchmarks.measure import cell, print_table, process_cost, quick_models
from integration_tests.functional.harness.project import Project
from integration_tests.functional.process_execution_log.job_reading import HOOKS


def position(project: Project) -> int:
    with closing(project.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("select cast(pg_current_wal_insert_lsn() - '0/0' as bigint)")
        return int(cursor.fetchone()[0])


def written(project: Project) -> tuple[int, float]:
    process_cost(project, "--quiet", "run", "-s", "quick_0000")
    before = position(project)
    cost = process_cost(project, "--quiet", "run")
    return position(project) - before, cost.wall


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks bytes_written", description=__doc__)
    parser.add_argument("--models", type=int, nargs="+", default=[250, 1000])
    options = parser.parse_args(arguments)
    rows = []
    for number in options.models:
        with cell("postgres", "core") as here:
            files = quick_models(number)
            bare = here.project("two_models", files=files, threads=8, package=False)
            base, _ = written(bare)
            for name, project in {
                "recorder": here.project("two_models", files=files, threads=8, with_wheel=True),
                "hooks": here.project("two_models", files=files, threads=8, config=HOOKS),
            }.items():
                size, seconds = written(project)
                extra = (size - base) / 1e6
                rows.append(
                    [name, str(number), f"{extra:.1f}", f"{seconds:.0f}", f"{extra / seconds:.2f}"]
                )
    print_table(
        ["variant", "models", "MB of the ledger", "seconds of the run", "MB a second"], rows
    )
