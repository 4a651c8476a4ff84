"""What every benchmark needs: dbt projects outside of pytest, one process's own time, pairs."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.core import Core
from integration_tests.functional.harness.engines import (
    PYTHON_SOURCES,
    V2,
    Engine,
    end_group,
    start_program,
)
from integration_tests.functional.harness.keeper import ROOT
from integration_tests.functional.harness.project import Project
from integration_tests.functional.harness.warehouse_servers import WAREHOUSES

# The Python side is measured from its sources, as the tests run it. Each benchmark imports this first.
sys.path.insert(0, str(PYTHON_SOURCES))

TIMEOUT_SECONDS = 900
# Whatever an action tells of itself: a Cost, or a number.
Measure = TypeVar("Measure")


@dataclass(frozen=True)
class Cost:
    """Of one process and its children: seconds of CPU, and on the clock."""

    cpu: float
    wall: float


@contextmanager
def cell(warehouse: str, engine: str) -> Iterator[Cell]:
    """A cell of the test matrix; its projects go when it is left."""
    engines: dict[str, Engine] = {"core": Core(ROOT / ".venv"), "v2": V2(ROOT / ".venv-v2")}
    with tempfile.TemporaryDirectory(prefix="run-ledger-bench-") as folder:
        made = Cell(WAREHOUSES[warehouse], engines[engine], Path(folder), artifacts=True)
        try:
            yield made
        finally:
            made.close()
            engines[engine].stop()


def quick_models(number: int) -> dict[str, str | None]:
    """The files that turn the project `two_models` into one of `number` models without joins."""
    files: dict[str, str | None] = {f"models/{n}_model.sql": None for n in ("first", "second")}
    return files | {f"models/quick_{each:04}.sql": f"select {each} as id" for each in range(number)}


def process_cost(project: Project, *args: str) -> Cost:
    """Run dbt as a process of its own and ask the kernel what it took."""
    invocation = project.invocation(*args)
    began = time.monotonic()
    process = start_program(project.engine, invocation)
    try:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    finally:
        end_group(process.pid)
    wall = time.monotonic() - began
    if process.returncode:
        raise RuntimeError(f"dbt {args}: {process.returncode}\n{invocation.output.read_text()}")
    return Cost(usage.ru_utime + usage.ru_stime, wall)


def in_turn(
    actions: Mapping[str, Callable[[], Measure]], rounds: int, warm_ups: int = 1
) -> dict[str, list[Measure]]:
    """Every action once a round, the order turned round each time, after rounds that do not count."""
    costs: dict[str, list[Measure]] = {name: [] for name in actions}
    for number in range(-warm_ups, rounds):
        for name in list(actions) if number % 2 else list(actions)[::-1]:
            cost = actions[name]()
            if number >= 0:
                costs[name].append(cost)
    return costs


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios pair by pair: what drifts in the machine meets both of a pair."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print(flush=True)
