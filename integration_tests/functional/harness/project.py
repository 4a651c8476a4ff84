"""One dbt project on one warehouse under one engine, made for one test."""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from integration_tests.functional.harness.engines import (
    Engine,
    Invocation,
    Process,
    end_group,
    run,
    start_program,
)
from integration_tests.functional.harness.keeper import ROOT
from integration_tests.functional.harness.result import (
    DEFAULT_TIMEOUT_SECONDS,
    Result,
    Running,
    logged_invocation_id,
)
from integration_tests.functional.harness.warehouses import DriverConnection, Row, Space, Warehouse

PROJECTS = Path(__file__).resolve().parent.parent / "projects"
PROFILE = "run_ledger_test"


def merged(base: Row, extra: Mapping[str, Any]) -> Row:
    """Nested settings of `extra` over those of `base`."""
    both = dict(base)
    for key, value in extra.items():
        inner = both.get(key)
        both[key] = merged(inner, value) if isinstance(inner, dict) else value
    return both


@dataclass
class Project:
    """Made by `cell.project(...)`; ended and removed by the fixture."""

    warehouse: Warehouse
    engine: Engine
    folder: Path
    space: Space
    with_wheel: bool = False
    artifacts: bool = False
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _started: list[Running] = field(default_factory=list)

    def invocation(
        self,
        *args: str,
        vars: Mapping[str, Any] | None = None,  # noqa: A002 - named as dbt's own option
        env: Mapping[str, str] | None = None,
        threads: int | None = None,
    ) -> Invocation:
        number = next(self._numbers)
        options = ["--vars", json.dumps(vars)] if vars else []
        options += ["--threads", str(threads)] if threads else []
        environment = {
            **self.engine.environment,
            "HOME": str(self.folder),
            "DBT_PROFILES_DIR": str(self.folder),
            "DBT_LOG_PATH": str(self.folder / "logs" / str(number)),
            "DBT_WRITE_JSON": str(self.artifacts).lower(),
            # dbt v2 takes its id from here; dbt-core does not look.
            "DBT_INVOCATION_ID": str(uuid.uuid4()),
            **(env or {}),
        }
        output = self.folder / "output" / f"{number}.txt"
        output.parent.mkdir(exist_ok=True)
        output.touch()
        return Invocation([*args, *options], self.folder, environment, output, self.with_wheel)

    def dbt(
        self,
        *args: str,
        expect: int | None = 0,
        timeout: float = DEFAULT_TIMEOUT_SECONDS,
        **options: Any,
    ) -> Result:
        """Run a dbt command to its end; `expect` its exit code, None for any."""
        invocation = self.invocation(*args, **options)
        code = run(self.engine, invocation, timeout)
        log_folder = Path(invocation.env["DBT_LOG_PATH"])
        known_id = self._known_id(invocation) or logged_invocation_id(log_folder)
        output = invocation.output.read_text(errors="replace")
        result = Result(code, output, known_id, log_folder)
        assert expect is None or code == expect, f"dbt {' '.join(args)}: {result}"
        return result

    def start(self, *args: str, **options: Any) -> Running:
        """Start a dbt command, for signals and for looking on."""
        invocation = self.invocation(*args, **options)
        return self._running(self.engine.start(invocation), invocation)

    def start_program(self, *args: str, **options: Any) -> Running:
        """The same from dbt's first instruction on, as a user has it: seconds slower on dbt-core."""
        invocation = self.invocation(*args, **options)
        return self._running(start_program(self.engine, invocation), invocation)

    def _running(self, process: Process, invocation: Invocation) -> Running:
        running = Running(process, invocation, self._known_id(invocation))
        self._started.append(running)
        return running

    def _known_id(self, invocation: Invocation) -> str | None:
        return invocation.env["DBT_INVOCATION_ID"] if self.engine.name == "v2" else None

    def write(self, files: Mapping[str, str | None]) -> None:
        """Add or replace files of the project; None removes one."""
        for name, text in files.items():
            path = self.folder / name
            if text is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)

    def query(self, sql: str) -> list[Row]:
        """Run SQL on a second connection; see Warehouse.query. Not during dbt on DuckDB."""
        return self.warehouse.query(self.space, sql)

    def connect(self) -> DriverConnection:
        """A connection of the driver's own, for locks and transactions; the caller closes it."""
        return self.warehouse.connect(self.space)

    def name_of(self, table: str, schema: str | None = None) -> str:
        return f"{self.space.database}.{schema or self.space.schema}.{table}"

    def table(self, name: str, order_by: str = "1") -> list[Row]:
        """All rows of a model, in the order of its first column."""
        return self.query(f"select * from {self.name_of(name)} order by {order_by}")

    def ledger(self, word: str = "process_execution_log", order_by: str = "1") -> list[Row]:
        """All rows of a ledger, oldest first."""
        name = self.name_of(word, self.space.ledger_schema)
        return self.query(f"select * from {name} order by {order_by}")

    def close(self) -> None:
        for running in self._started:
            end_group(running.process.pid)
            running.process.wait()
        self.warehouse.drop(self.space)


def lay_out(project: Project, name: str, config: Mapping[str, Any], package: bool) -> None:
    """Write the project's files: a copy of projects/<name>, and what dbt needs around it."""
    folder = project.folder
    shutil.copytree(PROJECTS / name, folder, dirs_exist_ok=True)
    own = folder / "dbt_project.yml"
    settings: Row = {"name": name, "version": "1.0.0", "profile": PROFILE}
    if package:
        settings["vars"] = {"run_ledger_schema": project.space.ledger_schema}
    settings = merged(settings, yaml.safe_load(own.read_text()) or {} if own.exists() else {})
    own.write_text(yaml.safe_dump(merged(settings, config), sort_keys=False))
    if package:
        # What `dbt deps` leaves behind, for both engines, without running it for every test.
        packages = yaml.safe_dump({"packages": [{"local": str(ROOT)}]})
        digest = hashlib.sha1(packages.encode(), usedforsecurity=False).hexdigest()
        lock = {"packages": [{"local": str(ROOT), "name": "run_ledger"}], "sha1_hash": digest}
        (folder / "packages.yml").write_text(packages)
        (folder / "package-lock.yml").write_text(yaml.safe_dump(lock, sort_keys=False))
        (folder / "dbt_packages").mkdir()
        (folder / "dbt_packages" / "run_ledger").symlink_to(ROOT)


def write_profile(project: Project, overrides: Mapping[str, Any], threads: int) -> None:
    output = {**project.warehouse.profile(project.space), "threads": threads, **overrides}
    profiles = {PROFILE: {"target": "dev", "outputs": {"dev": output}}}
    (project.folder / "profiles.yml").write_text(yaml.safe_dump(profiles))
