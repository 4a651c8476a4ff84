"""The three warehouses behind one interface: where a project lives, and a second connection to it.

A test asks through `query` what another session sees; dbt's own connection is never shared.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import duckdb

Row = dict[str, Any]
# The three drivers have the DB-API in common and no type.
DriverConnection: TypeAlias = Any


@dataclass(frozen=True)
class Space:
    """The place of one test project; nobody else reads or writes there."""

    database: str
    schema: str
    ledger_schema: str
    # DuckDB only: the file. dbt-core and dbt v2 write different storage versions, so a file
    # belongs to one engine.
    file: Path | None = None


class Warehouse(Protocol):
    name: str

    def new_space(self, name: str, folder: Path, own_database: bool = False) -> Space:
        """A fresh place; `own_database` for tests that lock, fill or break a whole database."""

    def profile(self, space: Space) -> Row:
        """The output of profiles.yml that reaches it."""

    def connect(self, space: Space) -> DriverConnection:
        """A new connection of the warehouse's own driver, in autocommit."""

    def query(self, space: Space, sql: str) -> list[Row]:
        """Rows with lower-case keys, JSON as Python objects, timestamps as naive UTC."""

    def drop(self, space: Space) -> None:
        """Remove what a server that outlives the test run would keep."""


def unique_name(name: str) -> str:
    """Short enough for every warehouse, and for the suffixes that dbt adds to it."""
    return f"{re.sub('[^a-z0-9]+', '_', name.lower())[:24].strip('_')}_{secrets.token_hex(3)}"


def decoded(value: object, is_json: bool) -> object:
    if is_json and isinstance(value, str):
        return json.loads(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(timezone.utc).replace(tzinfo=None)
    return value


def _is_json(kind: object, json_types: frozenset[object]) -> bool:
    # DuckDB's types compare equal to their names, but do not hash so.
    return any(kind == each for each in json_types)


def rows_of(cursor: DriverConnection, json_types: frozenset[object]) -> list[Row]:
    if cursor.description is None:
        return []
    columns = [(str(each[0]).lower(), _is_json(each[1], json_types)) for each in cursor.description]
    return [
        {name: decoded(value, is_json) for (name, is_json), value in zip(columns, row, strict=True)}
        for row in cursor.fetchall()
    ]


class DuckDB:
    name = "duckdb"

    def new_space(self, name: str, folder: Path, own_database: bool = False) -> Space:  # noqa: ARG002
        return Space("warehouse", "main", "run_ledger", folder / "warehouse.duckdb")

    def profile(self, space: Space) -> Row:
        return {"type": "duckdb", "path": str(space.file), "schema": space.schema}

    def connect(self, space: Space) -> DriverConnection:
        # Fails while dbt runs: only one process can have the file open.
        return duckdb.connect(str(space.file))

    def query(self, space: Space, sql: str) -> list[Row]:
        with closing(self.connect(space)) as connection:
            connection.execute("set timezone = 'UTC'")
            cursor = connection.execute(sql)
            return rows_of(cursor, frozenset({"JSON"}))

    def drop(self, space: Space) -> None:
        """The file goes with the test's folder."""


@contextmanager
def cursor_of(connection: DriverConnection) -> Iterator[DriverConnection]:
    cursor = connection.cursor()
    try:
        yield cursor
    finally:
        cursor.close()
