"""The package as a user installs it: three lines in packages.yml, `dbt deps`, `dbt run`."""

from __future__ import annotations

import yaml

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.keeper import ROOT
from integration_tests.functional.process_execution_log.job_reading import counts_of


def test_three_lines_are_enough(cell: Cell) -> None:
    """C3, C5, C9, bars: no var, no hook, no other step; the ledger stands in a schema of its own."""
    packages = yaml.safe_dump({"packages": [{"local": str(ROOT)}]})
    project = cell.project(
        "three_models", package=False, own_database=True, files={"packages.yml": packages}
    )
    project.dbt("deps")
    result = project.dbt("run")
    name = project.name_of("process_execution_log", "run_ledger")
    (row,) = project.query(f"select * from {name}")
    assert row["process_step_id"] == f"JOB_{result.invocation_id}"
    assert row["execution_status_name"] == "SUCCESS"
    assert counts_of(row) == (3, 3, 0, 0)
    assert row["source_obj"] == {"type": "DBT_JOB", "project_name": "three_models"}


def test_the_folders_are_where_the_design_puts_them() -> None:
    """C1, C6: the layout of the design, and CI that runs the tests through the one entry point."""
    for folder in ("macros", "models", "analyses", "python_hooks", "integration_tests"):
        assert (ROOT / folder).is_dir(), folder
    for file in ("dbt_project.yml", "integration_tests/packages.yml"):
        assert (ROOT / file).is_file(), file
    assert "make" in (ROOT / ".ci" / "run").read_text()


def test_the_dependencies_are_those_of_the_design() -> None:
    """C2: dbt-core with the adapters of the three warehouses, and what the tests need."""
    pinned = {
        line.split("==")[0].lower()
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if "==" in line
    }
    wanted = {"dbt-core", "dbt-snowflake", "dbt-postgres", "dbt-duckdb", "duckdb", "jinja2"}
    assert wanted | {"pytest"} <= pinned
