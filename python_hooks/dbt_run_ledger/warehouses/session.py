"""A warehouse, and where its ledgers stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from dbt_run_ledger.errors import InputError, MissingDependencyError
from dbt_run_ledger.warehouses.place import Place, place_from
from dbt_run_ledger.warehouses.profiles import Profile, read_profile
from dbt_run_ledger.warehouses.warehouse import Warehouse

# Top-level module of a driver's connections -> our module.
_DRIVERS = {
    "psycopg2": "postgres",
    "duckdb": "duckdb",
    "_duckdb": "duckdb",
    "snowflake": "snowflake",
}
_CLASSES = {"postgres": "Postgres", "duckdb": "DuckDB", "snowflake": "Snowflake"}


@dataclass
class Session:
    """What dbt's profile leads to. The connection is opened when somebody first asks for it."""

    profile: Profile
    # DuckDB: readers do not shut one another out.
    read_only: bool = False

    @cached_property
    def place(self) -> Place:
        return place_from(self.settings, self.profile.database, self.profile.quoting)

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """The vars of the project and of the command line whose names begin with run_ledger_."""
        return {
            name: value
            for name, value in self.profile.variables.items()
            if name.startswith("run_ledger_")
        }

    @cached_property
    def warehouse(self) -> Warehouse:
        driver = _module(self.profile.adapter)
        if self.profile.adapter == "duckdb":
            opened = driver.connect(self.profile.settings, self.profile.folder, self.read_only)
        else:
            opened = driver.connect(self.profile.settings)
        warehouse: Warehouse = opened
        return warehouse

    def close(self) -> None:
        if "warehouse" in self.__dict__:
            self.warehouse.close()
            del self.__dict__["warehouse"]

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def from_profile(
    project_dir: str | Path | None = None,
    profiles_dir: str | Path | None = None,
    profile: str | None = None,
    target: str | None = None,
    *,
    variables: Mapping[str, Any] | None = None,
    read_only: bool = False,
) -> Session:
    """The warehouse that dbt would use here. `variables` are those of dbt's --vars."""
    found = read_profile(project_dir, profiles_dir, profile, target, variables)
    return Session(found, read_only)


def from_connection(driver_connection: object) -> Warehouse:
    """A connection of psycopg2, duckdb or snowflake-connector-python that stays the caller's."""
    bases = (each.__module__.split(".")[0] for each in type(driver_connection).__mro__)
    adapter = next((_DRIVERS[base] for base in bases if base in _DRIVERS), None)
    if adapter is None:
        raise InputError(
            "from_connection: expected a connection of psycopg2, duckdb or "
            f"snowflake-connector-python, got a {type(driver_connection).__qualname__}."
        )
    made: Warehouse = getattr(_module(adapter), _CLASSES[adapter])(driver_connection, False)
    return made


def _module(adapter: str) -> Any:  # noqa: ANN401 - three modules with `connect`
    try:
        return import_module(f"dbt_run_ledger.warehouses.{adapter}")
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("dbt_run_ledger"):
            raise
        raise MissingDependencyError(
            f"{adapter} needs the library {error.name}: pip install 'dbt-run-ledger[{adapter}]'."
        ) from error
