"""The recipes for schedulers: their commands run, their Python is called, on the bakery."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import jinja2
import yaml

from integration_tests.functional.docs.pages import block
from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.engines import PYTHON_SOURCES
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.project import Project

PAGE = "docs/recipes.md"
CRON = re.compile(r"^(?:[\d*/,-]+ ){5}(.*)$", re.MULTILINE)


def yaml_of(heading: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(block(PAGE, heading, "yaml"))
    return found


def program(project: Project) -> Path:
    """A folder with `run-ledger` in it, as installing the wheel makes it."""
    folder = project.folder / "bin"
    folder.mkdir(exist_ok=True)
    script = folder / "run-ledger"
    script.write_text(
        f'#!/bin/sh\nPYTHONPATH="{PYTHON_SOURCES}" exec "{sys.executable}" -m dbt_run_ledger "$@"\n'
    )
    script.chmod(0o755)
    return folder


def shell(project: Project, command: str, environment: Mapping[str, str]) -> str:
    """One line of a recipe, in the project's folder, with dbt and run-ledger on the path."""
    # The id is `exec`'s own, as a user has it.
    own = {**project.invocation().env}
    own.pop("DBT_INVOCATION_ID")
    path = [program(project), project.engine.command.parent, own.get("PATH", os.defpath)]
    done = subprocess.run(
        ["/bin/sh", "-ec", command],
        cwd=project.folder,
        env={**own, **environment, "PATH": ":".join(map(str, path))},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def run_all(project: Project, lines: list[str], environment: Mapping[str, str]) -> list[str]:
    """All but what installs; which commands ran."""
    ran = [line for line in lines if not line.startswith("pip install")]
    assert len(ran) < len(lines)
    for line in ran:
        shell(project, line, environment)
    return ran


def newest(project: Project) -> dict[str, Any]:
    row = project.ledger(order_by="execution_start_tmstp")[-1]
    assert row["execution_status_name"] == "SUCCESS", row
    config: dict[str, Any] = row["process_config_obj"]
    return config


def run_of_ci(project: Project) -> None:
    """GitHub's steps and GitLab's scripts are the same commands; the one's variables do for both."""
    job = yaml_of("GitHub Actions")["jobs"]["nightly"]
    lines = [step["run"] for step in job["steps"] if "run" in step]
    ran = run_all(project, lines, {**job["env"], "GITHUB_ACTIONS": "true", "GITHUB_RUN_ID": "7"})
    config = newest(project)
    assert (config["job_key"], config["ci"]["run_id"]) == ("nightly build", "7")
    assert config["command"] == "build"
    upload = job["steps"][-1]["with"]["path"]
    page = (project.folder / upload).read_text(encoding="utf-8")
    assert config["invocation_id"] in page

    gitlab = yaml_of("GitLab CI")["nightly"]
    commands = [*gitlab["script"], *gitlab["after_script"]]
    # The shell of a step at GitHub may give way to its command: each has one of its own.
    assert commands[1:] == [line.removeprefix("exec ") for line in ran]
    assert gitlab["variables"] == job["env"]
    assert gitlab["artifacts"]["paths"] == [upload]


def run_by_cron(project: Project) -> None:
    told = project.folder / "told.json"
    teller = project.folder / "tell.sh"
    teller.write_text(f"#!/bin/sh\ncat > {told}\n")
    teller.chmod(0o755)
    build, notify = CRON.findall(block(PAGE, "cron", ""))
    shell(project, build.replace("/srv/shop", str(project.folder)), {})
    assert newest(project)["job_key"] == "nightly build"
    notify = notify.replace("/srv/shop", str(project.folder))
    shell(project, notify.replace("/srv/tell_the_team.sh", str(teller)), {})
    # A success is nothing to tell unless somebody asks.
    assert not told.exists()
    notify = notify.replace("/srv/tell_the_team.sh", str(teller))
    shell(project, notify, {"RUN_LEDGER_NOTIFY_ON": "always"})
    assert '"event": "success"' in told.read_text()


def source_of(heading: str, folder: Path) -> str:
    """The page's Python without what it imports from a scheduler: stand-ins have those names."""
    lines = block(PAGE, heading, "python").splitlines(keepends=True)
    ours = [line for line in lines if not re.match(r"from (?:airflow|cosmos|dagster)", line)]
    assert len(ours) < len(lines)
    return "".join(ours).replace("/srv/shop", str(folder))


def rendered(values: Mapping[str, str]) -> dict[str, str]:
    names = {
        "dag": SimpleNamespace(dag_id="bakery_daily"),
        "run_id": "scheduled__1",
        "task": SimpleNamespace(task_id="sales.run"),
    }
    return {name: jinja2.Template(value).render(names) for name, value in values.items()}


OF_AIRFLOW = ("bakery_daily.sales.run", "bakery_daily/scheduled__1")


def run_by_airflow(project: Project) -> None:
    """What an operator does: render, add to the environment, run in a shell. And Cosmos' variables."""
    given: dict[str, Any] = {}
    names = {"DAG": MagicMock(), "BashOperator": given.update}
    exec(source_of("Airflow", project.folder), names)  # noqa: S102 - it is the page's own
    assert given["cwd"] == str(project.folder)
    shell(project, given["bash_command"], rendered(given["env"]))
    config = newest(project)
    assert (config["job_key"], config["parent"]) == OF_AIRFLOW

    others = ("ExecutionConfig", "InvocationMode", "ProfileConfig", "ProjectConfig")
    names = {"DbtDag": given.update, **dict.fromkeys(others, MagicMock())}
    exec(source_of("Cosmos", project.folder), names)  # noqa: S102 - as above
    shell(project, "dbt run --select sales", rendered(given["operator_args"]["env"]))
    config = newest(project)
    assert (config["job_key"], config["parent"]) == OF_AIRFLOW


@contextmanager
def environment_kept() -> Iterator[None]:
    before = dict(os.environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def run_by_dagster(project: Project) -> None:
    """The asset's body, with a resource that runs dbt as Dagster's does: in this environment."""

    def cli(arguments: list[str], context: object) -> SimpleNamespace:
        assert context is not None
        ours = {n: v for n, v in os.environ.items() if n.startswith(("RUN_LEDGER", "DAGSTER"))}
        shell(project, f"dbt {' '.join(arguments)}", ours)
        return SimpleNamespace(stream=lambda: iter(["event"]))

    others = ("AssetExecutionContext", "AssetSelection", "Definitions", "DbtProject")
    names: dict[str, Any] = {
        **dict.fromkeys((*others, "DbtCliResource", "define_asset_job"), MagicMock()),
        "dbt_assets": lambda manifest: lambda function: (manifest, function),
    }
    exec(source_of("Dagster", project.folder), names)  # noqa: S102 - as above
    run, op = SimpleNamespace(run_id="a-run"), SimpleNamespace(name="shop")
    context = SimpleNamespace(run=run, job_name="bakery_job", op_def=op)
    with environment_kept():
        events = [*names["shop"][1](context, SimpleNamespace(cli=cli))]
    assert events == ["event"]
    config = newest(project)
    assert (config["job_key"], config["parent"]) == ("bakery_job.shop", "a-run")
    assert (config["ci"]["system"], config["ci"]["run_id"]) == ("dagster", "a-run")


@excluded("recipes")
def test_recipes_run(cell: Cell) -> None:
    """Every recipe leaves a row with its job's key, and its parent or its run."""
    project = cell.project("bakery", own_database=True)
    run_of_ci(project)
    run_by_cron(project)
    run_by_airflow(project)
    run_by_dagster(project)


@excluded("recipes")
def test_the_variables_of_a_snowflake_task(cell: Cell) -> None:
    """The task's own text names the job, in --vars as `dbt` reads them."""
    (arguments,) = re.findall(r"args = '(.*?)'", block(PAGE, "Snowflake tasks", "sql"))
    project = cell.project("two_models")
    shell(project, f"dbt {arguments}", {})
    assert newest(project)["job_key"] == "nightly build"
