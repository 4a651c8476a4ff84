"""What start, fold, end and the incremental models cost with 1,000,000 job rows beside 1,000.

Rows are generated in the warehouse; the two ledgers are used in turn. Bar: a ratio of 1.2.
"""

from __future__ import annotations

import argparse
from contextlib import closing
from functools import partial

from benchmarks.measure import cell, in_turn, print_table, process_cost, ratio
from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.project import Project
from integration_tests.functional.process_execution_log.job_reading import HOOKS

COLUMNS = (
    "process_execution_log_sk, process_step_id, execution_status_name, execution_completed_ind, "
    "execution_start_tmstp, execution_end_tmstp, execution_type_name, extract_start_tmstp, "
    "extract_end_tmstp, insert_tmstp, update_tmstp, deleted_ind, source_obj, destination_obj, "
    "process_config_obj, destination_data_cnt_obj, step_execution_obj, error_message_obj"
)


def fill(project: Project, number: int) -> None:
    """Copies of the row that a run left, each an hour older than the one before."""
    table = project.name_of("process_execution_log", project.space.ledger_schema)
    moved = {
        "process_execution_log_sk": "n + 1000",
        "process_step_id": "'JOB_made_up_' || n",
        **{
            name: f"{name} - n * interval '1 minute'"
            for name in COLUMNS.split(", ")
            if name.endswith("_tmstp")
        },
    }
    values = ", ".join(moved.get(name, name) for name in COLUMNS.split(", "))
    series = f"generate_series(1, {number})"
    source = f"(select unnest({series}) as n)" if project.warehouse.name == "duckdb" else series
    override = "" if project.warehouse.name == "duckdb" else " overriding system value"
    with closing(project.connect()) as connection:
        connection.cursor().execute(
            f"insert into {table} ({COLUMNS}){override} select {values} from {table}, {source} as g(n)"
        )
        if project.warehouse.name == "postgres":
            connection.cursor().execute(f"analyze {table}")


def ledgers(here: Cell, numbers: list[int]) -> dict[str, Project]:
    projects = {}
    for number in numbers:
        project = here.project("three_models", config=HOOKS, own_database=True)
        project.dbt("run")
        fill(project, number)
        projects[f"{number:,}"] = project
    return projects


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks large_ledger", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args(arguments)
    table = []
    for warehouse in ("postgres", "duckdb"):
        with cell(warehouse, "core") as here:
            small, large = projects = ledgers(here, [1000, options.rows])
            actions = {
                name: partial(process_cost, projects[name], "--quiet", "run") for name in projects
            }
            costs = in_turn(actions, options.rounds)
            walls = {name: [each.wall for each in costs[name]] for name in costs}
            table.append(
                [warehouse, "run of three models", f"{ratio(walls[large], walls[small]):.3f}"]
            )
    print_table(["warehouse", "what", "wall ratio"], table)
