"""Postgres and Snowflake: an emulated server of this test run, or a real one if it is named.

RUN_LEDGER_TEST_POSTGRES=<dsn>
RUN_LEDGER_TEST_SNOWFLAKE_ACCOUNT, _USER, _PASSWORD, _ROLE, _WAREHOUSE, _DATABASE
"""

from __future__ import annotations

import json
import os
import warnings
from functools import cached_property
from pathlib import Path

import psycopg2
import psycopg2.extensions

from integration_tests.functional.harness.services import service
from integration_tests.functional.harness.warehouses import (
    DriverConnection,
    DuckDB,
    Row,
    Space,
    Warehouse,
    cursor_of,
    rows_of,
    unique_name,
)

with warnings.catch_warnings():
    # It distrusts the newest versions of what it is installed with.
    warnings.simplefilter("ignore")
    import snowflake.connector

STATEMENT_SECONDS = 60
_SNOWFLAKE = "RUN_LEDGER_TEST_SNOWFLAKE_"
# The type codes of VARIANT, OBJECT and ARRAY in a result's description.
_SNOWFLAKE_JSON = frozenset({5, 9, 10})


class _Server:
    """Keeps one querying connection a space open: tests poll through it while dbt runs."""

    json_types: frozenset[object] = frozenset()

    def __init__(self) -> None:
        self._open: dict[Space, DriverConnection] = {}

    def connect(self, space: Space) -> DriverConnection:
        raise NotImplementedError

    def query(self, space: Space, sql: str) -> list[Row]:
        if space not in self._open:
            self._open[space] = self.connect(space)
        with cursor_of(self._open[space]) as cursor:
            cursor.execute(sql)
            return rows_of(cursor, self.json_types)

    def disconnect(self, space: Space) -> None:
        if connection := self._open.pop(space, None):
            connection.close()


class Postgres(_Server):
    name = "postgres"

    @cached_property
    def _address(self) -> Row:
        if dsn := os.environ.get("RUN_LEDGER_TEST_POSTGRES"):
            return {"port": 5432, **psycopg2.extensions.parse_dsn(dsn)}
        address = service("postgres")
        return {name: address[name] for name in ("host", "port", "user", "dbname")}

    def new_space(self, name: str, folder: Path, own_database: bool = False) -> Space:  # noqa: ARG002
        schema = unique_name(name)
        shared = Space(self._address["dbname"], schema, f"{schema}_ledger")
        if not own_database:
            return shared
        self.query(shared, f"create database {schema}")
        self.disconnect(shared)
        return Space(schema, "main", "run_ledger")

    def profile(self, space: Space) -> Row:
        address = self._address
        return {
            "type": "postgres",
            "host": address["host"],
            "port": int(address["port"]),
            "user": address["user"],
            "password": address.get("password", "unused"),
            "dbname": space.database,
            "schema": space.schema,
        }

    def connect(self, space: Space) -> DriverConnection:
        options = f"-c statement_timeout={STATEMENT_SECONDS * 1000}"
        address = {**self._address, "dbname": space.database}
        connection = psycopg2.connect(**address, connect_timeout=10, options=options)
        connection.autocommit = True
        return connection

    def drop(self, space: Space) -> None:
        if space.database == self._address["dbname"]:
            for schema in (space.schema, space.ledger_schema):
                self.query(space, f"drop schema if exists {schema} cascade")
            self.disconnect(space)
            return
        self.disconnect(space)
        shared = Space(self._address["dbname"], "", "")
        self.query(shared, f"drop database if exists {space.database} with (force)")
        self.disconnect(shared)


class Snowflake(_Server):
    name = "snowflake"
    json_types = _SNOWFLAKE_JSON

    @cached_property
    def _address(self) -> Row:
        names = ("account", "user", "password", "role", "warehouse", "database")
        if f"{_SNOWFLAKE}ACCOUNT" in os.environ:
            return {name: os.environ[_SNOWFLAKE + name.upper()] for name in names}
        emulated = {"account": "fakesnow", "user": "fake", "password": "snow", "protocol": "http"}
        return {**emulated, "host": "localhost", "port": service("snowflake")["port"]}

    @property
    def is_emulated(self) -> bool:
        return "database" not in self._address

    def accepted_without_running(self) -> list[str]:
        """The statements, of all tests so far, that the emulator did not really run."""
        record = Path(service("snowflake")["record"])
        return [json.loads(line) for line in record.read_text().splitlines()]

    def new_space(self, name: str, folder: Path, own_database: bool = False) -> Space:  # noqa: ARG002
        unique = unique_name(name).upper()
        if self.is_emulated:
            # Not MAIN, which is there before, in lower case, and so never listed.
            return Space(unique, "ANALYTICS", "RUN_LEDGER")
        return Space(self._address["database"], unique, f"{unique}_LEDGER")

    def profile(self, space: Space) -> Row:
        place = {"database": space.database, "schema": space.schema}
        return {"type": "snowflake", **self._address, **place}

    def connect(self, space: Space) -> DriverConnection:
        return snowflake.connector.connect(
            **{**self._address, "database": space.database},
            schema=space.schema if self.is_emulated else None,
            login_timeout=30,
            # Without a limit the connector would retry a broken server for ever.
            network_timeout=STATEMENT_SECONDS,
            session_parameters={"TIMEZONE": "UTC"},
        )

    def drop(self, space: Space) -> None:
        if not self.is_emulated:
            for schema in (space.schema, space.ledger_schema):
                self.query(space, f"drop schema if exists {space.database}.{schema} cascade")
        self.disconnect(space)


WAREHOUSES: dict[str, Warehouse] = {
    warehouse.name: warehouse for warehouse in (DuckDB(), Postgres(), Snowflake())
}
