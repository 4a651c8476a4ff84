"""A cell of the matrix: one warehouse under one engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from integration_tests.functional.harness.engines import Engine
from integration_tests.functional.harness.project import Project, lay_out, merged, write_profile
from integration_tests.functional.harness.warehouses import Warehouse

WAREHOUSE_NAMES = ("duckdb", "postgres", "snowflake")
ENGINE_NAMES = ("core", "v2")
ALL_CELLS = tuple(
    f"{warehouse}-{engine}" for engine in ENGINE_NAMES for warehouse in WAREHOUSE_NAMES
)


@dataclass
class Cell:
    """What the fixture `cell` gives a test."""

    warehouse: Warehouse
    engine: Engine
    folder: Path
    artifacts: bool = False
    _projects: list[Project] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"{self.warehouse.name}-{self.engine.name}"

    def project(
        self,
        name: str,
        *,
        vars: Mapping[str, Any] | None = None,  # noqa: A002 - named as dbt's own setting
        config: Mapping[str, Any] | None = None,
        files: Mapping[str, str | None] | None = None,
        profile: Mapping[str, Any] | None = None,
        threads: int = 4,
        package: bool = True,
        with_wheel: bool = False,
        own_database: bool = False,
        schema: str | None = None,
        beside: Project | None = None,
        artifacts: bool = False,
    ) -> Project:
        """A fresh copy of projects/<name> in a place of its own.

        vars, config    go into dbt_project.yml, over the project's own
        files           path -> text to add or replace, or None to remove
        profile         settings over those of the profile's output, such as a user
        package         False leaves Run Ledger out
        with_wheel      dbt-core finds the Python sources, as if the wheel were installed
        own_database    a database that no other test shares (Postgres; the others always have one)
        schema          the target schema, instead of a fresh one
        beside          write to the same place as that project
        artifacts       dbt writes its JSON files, which take it a fifth of a test's time; the
                        package reads none of them
        """
        folder = self.folder / str(len(self._projects)) / name
        folder.mkdir(parents=True)
        space = beside.space if beside else self.warehouse.new_space(name, folder, own_database)
        writes = artifacts or self.artifacts
        project = Project(self.warehouse, self.engine, folder, space, with_wheel, writes)
        self._projects.append(project)
        settings = merged(dict(config or {}), {"vars": dict(vars)} if vars else {})
        lay_out(project, name, settings, package)
        write_profile(
            project, {**({"schema": schema} if schema else {}), **(profile or {})}, threads
        )
        project.write(files or {})
        return project

    def close(self) -> None:
        for project in self._projects:
            project.close()
