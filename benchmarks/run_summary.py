"""What an incremental build of the run summary costs after a month of jobs, and after years of them.

Both ledgers hold a job a minute; one is a month old, the other as old as --rows say. Each round
a build adds itself as a job, and the models take it up. Compared are the seconds that dbt
reports for the models of the run summary, in turn. Bar: a ratio of 1.2.
"""

from __future__ import annotations

import argparse
import json
import statistics
from functools import partial

from benchmarks.large_ledger import fill
from benchmarks.measure import cell, in_turn, print_table, ratio
from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.project import Project

MONTH = 30 * 24 * 60
BUILD = ("--quiet", "run", "--select", "run_ledger.run_summary")


def build(project: Project) -> float:
    """The seconds of the models, without dbt's own start."""
    project.dbt(*BUILD)
    results = json.loads((project.folder / "target" / "run_results.json").read_text())["results"]
    models = [each for each in results if each["unique_id"].startswith("model.")]
    assert len(models) == 5
    return float(sum(each["execution_time"] for each in models))


def ledgers(here: Cell, numbers: list[int]) -> dict[str, Project]:
    projects = {}
    for number in numbers:
        settings = {"run_ledger_models": True}
        project = here.project("two_models", vars=settings, own_database=True)
        project.dbt("run", "--exclude", "package:run_ledger")
        fill(project, number)
        project.dbt("run", "--select", "+run_ledger.run_summary")
        history = project.name_of("run_ledger__run_history")
        (counted,) = project.query(f"select count(*) as rows_found from {history}")
        assert counted["rows_found"] == number + 1, counted
        projects[f"{number:,}"] = project
    return projects


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks run_summary", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--warehouse", nargs="+", default=["postgres", "duckdb"])
    options = parser.parse_args(arguments)
    table = []
    for warehouse in options.warehouse:
        with cell(warehouse, "core") as here:
            small, large = projects = ledgers(here, [MONTH, options.rows])
            actions = {name: partial(build, projects[name]) for name in projects}
            seconds = in_turn(actions, options.rounds)
            medians = [f"{statistics.median(seconds[name]):.2f}" for name in (small, large)]
            table.append([warehouse, *medians, f"{ratio(seconds[large], seconds[small]):.3f}"])
    print_table(["warehouse", "s, a month", "s, all", "ratio"], table)
