"""What the recorder costs: CPU and wall time of `dbt run`, in interleaved rounds on one machine.

    .venv/bin/python -m benchmarks.recorder_overhead --models 20 100 --rounds 7 --warehouse postgres

Four ways to run the same models: `none` has no package, `none again` is the same once more and
shows what the machine itself makes of it, `package` has no Python, `recorder` has the wheel.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from integration_tests.functional.harness import services
from integration_tests.functional.harness.cell import WAREHOUSE_NAMES, Cell
from integration_tests.functional.harness.core import Core
from integration_tests.functional.harness.keeper import ROOT
from integration_tests.functional.harness.project import Project
from integration_tests.functional.harness.warehouse_servers import WAREHOUSES

WAYS = ("none", "none again", "package", "recorder")
Seconds = tuple[float, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--models", type=int, nargs="+", default=[20, 100, 400])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--warehouse", choices=WAREHOUSE_NAMES, default="postgres")
    options = parser.parse_args()
    print(f"{'models':>6}  {'way':<11} {'CPU s':>7} {'ratio':>6} {'wall s':>7} {'ratio':>6}")
    with cell(options.warehouse) as here:
        for number in options.models:
            measured = rounds(here, number, options.rounds, options.threads)
            report(number, measured)


@contextmanager
def cell(warehouse: str) -> Iterator[Cell]:
    services.prepare()
    with tempfile.TemporaryDirectory() as folder:
        here = Cell(WAREHOUSES[warehouse], Core(ROOT / ".venv"), Path(folder))
        try:
            yield here
        finally:
            here.close()
            services.stop_all()


def rounds(here: Cell, number: int, how_many: int, threads: int) -> dict[str, list[Seconds]]:
    projects = {way: project_of(here, way, number, threads) for way in WAYS}
    for project in projects.values():
        run(project)  # parse, create the tables
    measured: dict[str, list[Seconds]] = {way: [] for way in WAYS}
    for turn in range(how_many):
        # Another order each time: whatever the machine does meanwhile meets all of them.
        for way in [*WAYS[turn % 4 :], *WAYS[: turn % 4]]:
            measured[way].append(run(projects[way]))
    return measured


def project_of(here: Cell, way: str, number: int, threads: int) -> Project:
    models = {f"models/m{each}.sql": f"select {each} as id" for each in range(number)}
    config = {"models": {"+materialized": "view"}}
    return here.project(
        "two_models",
        files=models,
        config=config,
        threads=threads,
        package=not way.startswith("none"),
        with_wheel=way == "recorder",
    )


def run(project: Project) -> Seconds:
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    result = project.start("run", "--quiet").wait(600)
    if result.exit_code != 0:
        raise SystemExit(str(result))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.monotonic() - begun


def report(number: int, measured: dict[str, list[Seconds]]) -> None:
    """Medians, and the median of the ratios of each round to the first way in it."""
    base = measured["none"]
    for way in WAYS:
        columns = []
        for part in (0, 1):
            median = statistics.median(each[part] for each in measured[way])
            pairs = zip(measured[way], base, strict=True)
            ratio = statistics.median(ours[part] / theirs[part] for ours, theirs in pairs)
            columns.append(f"{median:7.2f} {ratio:6.3f}")
        print(f"{number:6}  {way:<11} {' '.join(columns)}", flush=True)


if __name__ == "__main__":
    main()
