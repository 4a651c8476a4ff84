"""`run-ledger profile` with a real dbt: the run, the table, the page, and a failure that dbt cannot record."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.engines import PYTHON_SOURCES
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.project import Project
from integration_tests.functional.profile_runs.profiles import create, profiled, runs


def run_ledger(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dbt_run_ledger", "profile", *arguments, "--quiet"]
    environment = {**os.environ, **project.invocation().env, "PYTHONPATH": str(PYTHON_SOURCES)}
    return subprocess.run(
        [*command, "--dbt", str(project.engine.command), "--project-dir", str(project.folder)],
        cwd=project.folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@excluded("run-ledger profile")
def test_run_ledger_profile(cell: Cell) -> None:
    """P28, P36: results in the terminal, as JSON and as a page; what ends dbt itself is closed as FAILED."""
    project = profiled(cell)
    name = create(project, "orders", "id integer, city varchar", "values (1, 'a'), (2, 'b')")
    shown = run_ledger(project, name, "--html", "page.html", "--note", "by hand")
    assert shown.returncode == 0, shown.stderr
    assert "orders  SUCCEEDED  2 rows" in shown.stdout
    assert (project.folder / "page.html").read_text().count("<svg") == 2
    (run,) = runs(project)
    assert (run["note"], run["job_name"].startswith("run-ledger-")) == ("by hand", True)

    project.query(f"create table {project.name_of('texts')} as select 'x' as t")
    project.query(
        f"create view {project.name_of('broken')} as "
        f"select cast(t as integer) as n from {project.name_of('texts')}"
    )
    broken = run_ledger(project, f"{project.space.schema}.broken", "--json")
    assert broken.returncode == 1
    (said,) = json.loads(broken.stdout)
    assert (said["status"], said["columns"]) == ("FAILED", {})
    failed = runs(project)[-1]
    assert (failed["status"], failed["finished_at"] is not None) == ("FAILED", True)
    assert "x" in failed["error_message"]
