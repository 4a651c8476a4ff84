"""A forked dbt-core answers as the console script does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded

COMMANDS: dict[str, tuple[list[str], int]] = {
    "success": (["run", "--exclude", "broken"], 0),
    "a failed model": (["run", "--select", "broken"], 1),
    "an unknown macro": (["run-operation", "nowhere"], 2),
    "an unknown command": (["nonsense"], 2),
    "a bad option": (["run", "--nonsense"], 2),
    "an unknown target": (["run", "--target", "nowhere"], 2),
    "help": (["--help"], 0),
}


@excluded("console script")
def test_exit_codes_are_the_real_ones(cell: Cell) -> None:
    files = {"models/broken.sql": "select * from nowhere"}
    project = cell.project("three_models", package=False, files=files)
    for name, (args, code) in COMMANDS.items():
        forked = project.dbt(*args, expect=None)
        assert forked.exit_code == code, f"{name}: {forked}"
        assert project.start_program(*args).wait().exit_code == code, name


@excluded("console script")
def test_commands_run_side_by_side(cell: Cell) -> None:
    """Two forks at once do not wait for each other, nor mix what they print."""
    projects = [cell.project("three_models", package=False) for _ in range(3)]
    with ThreadPoolExecutor() as threads:
        results = list(threads.map(lambda project: project.dbt("run"), projects))
    assert len({result.invocation_id for result in results}) == 3
    for project, result in zip(projects, results, strict=True):
        assert len(project.table("dim_customers")) == 2
        assert result.output.count("Completed successfully") == 1
