"""A scheduler as somebody has it who followed a recipe: in an environment of its own, with dbt and
the wheel beside it.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from integration_tests.functional.docs.pages import block
from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.core import Core
from integration_tests.functional.harness.engines import BASE_ENVIRONMENT, end_group
from integration_tests.functional.harness.keeper import ROOT
from integration_tests.functional.harness.project import PROFILE, Project
from integration_tests.functional.harness.warehouse_servers import WAREHOUSES
from integration_tests.functional.harness.warehouses import Row

PAGE = "docs/recipes.md"
START_SECONDS, END_SECONDS = 300, 300
# What dbt says when the model of which nobody sees the end begins.
ENDLESS_BEGINS = re.compile(r"START sql \w+ model \S*endless")


@dataclass(frozen=True)
class Scheduler:
    """Commands of one environment, on one project."""

    venv: Path
    project: Project
    own: Mapping[str, str]

    @property
    def environment(self) -> dict[str, str]:
        path = f"{self.venv / 'bin'}{os.pathsep}{BASE_ENVIRONMENT['PATH']}"
        home = {"HOME": str(self.project.folder), "PATH": path}
        return {**BASE_ENVIRONMENT, **home, **self.own}

    def recipe(self, heading: str, language: str = "python") -> str:
        """As the page has it, for this project instead of the one that it speaks of."""
        return block(PAGE, heading, language).replace("/srv/shop", str(self.project.folder))

    def start(self, *words: str) -> Task:
        environment = self.environment
        program = shutil.which(words[0], path=environment["PATH"])
        assert program, f"{words[0]} is not there: run `make test-recipes`"
        output = self.project.folder / "output.txt"
        with output.open("wb") as file:
            process = subprocess.Popen(
                [program, *words[1:]],
                cwd=self.project.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return Task(process, output)

    def run(self, *words: str, succeeds: bool = True) -> str:
        return self.start(*words).wait(succeeds)

    def rows(self) -> list[Row]:
        """Those of the ledger, in the order in which their jobs began."""
        return self.project.ledger(order_by="execution_start_tmstp, process_step_id")


@dataclass(frozen=True)
class Task:
    """A command that runs."""

    process: subprocess.Popen[bytes]
    output: Path

    @property
    def text(self) -> str:
        return self.output.read_text(errors="replace")

    def wait(self, succeeds: bool) -> str:
        try:
            code = self.process.wait(END_SECONDS)
        finally:
            end_group(self.process.pid)
            self.process.wait()
        assert (code == 0) == succeeds, f"exit code {code}\n{self.text}"
        return self.text

    def stop_in_the_middle(self, number: signal.Signals) -> str:
        """A signal to the scheduler alone, while dbt is at the model without an end."""
        deadline = time.monotonic() + START_SECONDS
        while not ENDLESS_BEGINS.search(self.text):
            assert self.process.poll() is None, self.text
            assert time.monotonic() < deadline, self.text
            time.sleep(0.1)
        # As in endless.py: DuckDB loses an interruption that comes before the query.
        time.sleep(0.5)
        self.process.send_signal(number)
        return self.wait(succeeds=False)


# Nobody is told that this runs.
QUIET = {
    "DO_NOT_TRACK": "true",
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    "DAGSTER_DISABLE_TELEMETRY": "yes",
}


def scheduler_with(name: str, folder: Path, files: Mapping[str, str], **own: str) -> Scheduler:
    """On DuckDB, under the names that the page gives: the profile `shop`, its target `prod`."""
    venv = ROOT / f".venv-{name}"
    cell = Cell(WAREHOUSES["duckdb"], Core(venv), folder)
    config = {"profile": "shop"}
    project = cell.project("three_models", config=config, files=files, artifacts=True)
    profiles = yaml.safe_load((project.folder / "profiles.yml").read_text())
    shop = {"target": "prod", "outputs": {"prod": profiles[PROFILE]["outputs"]["dev"]}}
    project.write({"profiles.yml": yaml.safe_dump({"shop": shop})})
    return Scheduler(venv, project, {**QUIET, **own})
