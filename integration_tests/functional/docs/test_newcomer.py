"""Somebody with a project of their own and nothing but the README: its snippets, as they stand there."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import yaml

from integration_tests.functional.docs.pages import block
from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.keeper import ROOT
from integration_tests.functional.harness.project import Project, merged
from integration_tests.functional.harness.result import Result

README = "README.md"
ADDRESS = "https://..."
# What the bakery has: four seeds, eight models of which one is ephemeral, and eleven tests.
KINDS = {"seed": 4, "model": 7, "test": 11}

# The root project's on-run-end comes before the package's: the last moment of a running job.
LOOK = (
    "{% if execute %}{% do log('EVENTS ' ~ run_query('select count(*) from "
    "run_ledger.process_execution_log_events').rows[0][0], info=true) %}{% endif %}"
)


def edited(project: Project, snippet: str) -> None:
    """The snippet beside what dbt_project.yml has already."""
    file = project.folder / "dbt_project.yml"
    settings = merged(yaml.safe_load(file.read_text()), yaml.safe_load(snippet))
    file.write_text(yaml.safe_dump(settings, sort_keys=False))


def commands(project: Project, number: int) -> list[Result]:
    """The commands of one block of the README, one after the other."""
    lines = block(README, "Install", "", number).splitlines()
    assert {line.split()[0] for line in lines} == {"dbt"}
    return [project.dbt(*shlex.split(line)[1:]) for line in lines]


def from_git(folder: Path) -> str:
    """The first snippet, with the address of a repository that holds this package."""
    repository = folder / "origin"
    repository.mkdir()
    for name in ("dbt_project.yml", "packages.yml", "macros", "models", "analyses"):
        (repository / name).symlink_to(ROOT / name)
    archive = subprocess.run(
        ["tar", "--dereference", "--create", "."], cwd=repository, capture_output=True, check=True
    )
    (folder / "clone").mkdir()
    subprocess.run(["tar", "--extract"], cwd=folder / "clone", input=archive.stdout, check=True)
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "gc.auto=0"]
    for arguments in (["init", "-qb", "main"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *arguments], cwd=folder / "clone", check=True)
    snippet = block(README, "Install", "yaml")
    assert ADDRESS in snippet
    return snippet.replace(ADDRESS, (folder / "clone").as_uri())


def from_beside(folder: Path) -> str:
    """The line for a checkout beside the project."""
    text = (ROOT / README).read_text(encoding="utf-8")
    (line,) = re.findall(r"beside your project works as well: `(- local: (.*?))`", text)
    (folder / line[1]).symlink_to(ROOT)
    return f"packages:\n  {line[0]}\n"


def kinds_of(row: dict[str, Any]) -> dict[str, int]:
    steps = row["step_execution_obj"]["models"]
    kinds = [step["resource_type"] for step in steps]
    return {kind: kinds.count(kind) for kind in sorted({*kinds})}


@excluded("newcomer")
def test_three_edits_and_a_row(cell: Cell) -> None:
    """C3, C5, C9: packages.yml alone leaves a row; with hooks and models the job is live and summed up."""
    project = cell.project("bakery", package=False, own_database=True)
    is_git = cell.id == "duckdb-core"
    snippet = from_git(cell.folder) if is_git else from_beside(project.folder)
    project.write({"packages.yml": snippet})
    _, built, shown = commands(project, 0)
    ledger = project.name_of("process_execution_log", "run_ledger")
    (row,) = project.query(f"select * from {ledger}")
    assert row["process_step_id"] == f"JOB_{built.invocation_id}"
    assert (row["execution_status_name"], row["error_message_obj"]) == ("SUCCESS", [])
    assert kinds_of(row) == KINDS
    assert row["source_obj"] == {"type": "DBT_JOB", "project_name": "bakery"}
    assert f"{row['process_step_id']}  SUCCESS  JOB_COMPLETED" in shown.output
    assert "bestsellers" in shown.output

    edited(project, yaml.safe_dump({"on-run-end": [LOOK]}))
    edited(project, block(README, "Install", "yaml", 1))
    edited(project, block(README, "Install", "yaml", 2))
    commands(project, 1)
    again = project.dbt("run", "--select", "package:bakery")
    runs = project.query(
        f"select run_id, status, total_count from {project.name_of('run_summary')} order by started_at"
    )
    assert [run["status"] for run in runs] == ["succeeded"] * 3
    assert runs[0]["run_id"] == row["process_step_id"]
    assert runs[0]["total_count"] == sum(KINDS.values())
    assert runs[2]["run_id"] == f"JOB_{again.invocation_id}"
    # A start and an end of each model, in the middle of the run; on DuckDB nobody could look.
    events = 0 if cell.warehouse.name == "duckdb" else 2 * KINDS["model"]
    assert f"EVENTS {events}" in again.output
    check_printed_queries(project, row)


def check_printed_queries(project: Project, row: dict[str, Any]) -> None:
    """The SQL of the pages on what was just written, the last of it how everything goes away."""
    page = "docs/process_execution_log.md"
    number = {"postgres": 1, "duckdb": 2}[project.warehouse.name]
    steps = block(page, "Queries", "sql", number)
    found = project.query(re.sub(r"JOB_[0-9a-f-]{36}", row["process_step_id"], steps))
    printed = {step["model_name"]: step["status"] for step in found}
    assert len(printed) == sum(KINDS.values())
    assert {*printed.values()} == {"SUCCESS"}
    jobs = project.query(block(page, "Queries", "sql", 3))
    assert [job["total_models"] for job in jobs][-1] == row["destination_data_cnt_obj"][
        "total_models"
    ]
    late = block("docs/run_summary.md", "Is a job late?", "sql")
    table = project.name_of("run_summary_jobs")
    assert project.query(late.replace("run_summary_jobs", table)) == []
    project.query(block("docs/upgrade.md", "Uninstall", "sql"))
    schemas = project.query("select schema_name from information_schema.schemata")
    assert "run_ledger" not in {schema["schema_name"] for schema in schemas}
