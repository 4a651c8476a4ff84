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

    # An error quotes what it could not read: a secret, and what a terminal takes for a command.
    project.query(
        f"create table {project.name_of('texts')} as select 'password=hunter2hunter2 ' || chr(27) || '[31m' as t"
    )
    project.query(
        f"create view {project.name_of('broken')} as "
        f"select cast(t as integer) as n from {project.name_of('texts')}"
    )
    # One table that cannot be profiled does not keep the others from it.
    broken = run_ledger(project, f"{project.space.schema}.broken", name, "--json")
    assert broken.returncode == 1
    said, after = json.loads(broken.stdout)
    assert (said["status"], said["columns"]) == ("FAILED", {})
    assert (after["status"], after["row_count"]) == ("SUCCEEDED", 2)
    failed = runs(project)[-2]
    assert (failed["status"], failed["finished_at"] is not None) == ("FAILED", True)
    assert "password=***" in failed["error_message"]
    assert "\x1b" not in broken.stdout + broken.stderr
    assert "hunter2" not in failed["error_message"] + broken.stdout + broken.stderr
    # Where dbt gets no further than saying why, that is what is said.
    none = {"run_ledger_ledgers": [], "run_ledger_profile_runs_identifier": "nowhere"}
    off = run_ledger(project, name, "--vars", json.dumps(none))
    assert "expected profile_runs in run_ledger_ledgers" in " ".join(off.stderr.split())
