"""A ledger made by the package's macros, and clients of it; or one in memory."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from dbt_run_ledger import warehouses
from dbt_run_ledger.ingestion_runs import IngestionRuns
from dbt_run_ledger.ingestion_runs.memory import InMemoryStore
from dbt_run_ledger.warehouses.driver import DriverConnection
from integration_tests.functional.harness.project import Project

NAMES = ("memory", "duckdb", "postgres", "snowflake")
OFFICIAL: dict[str, Any] = {"mode": "manual", "target_types": ["official"]}
KIND = "official_ingestion"


@dataclass
class Ledger:
    """Where runs are kept, for all tests of one process: a test makes runs of its own."""

    name: str
    project: Project | None = None
    session: warehouses.Session | None = None
    _memory: InMemoryStore = field(default_factory=InMemoryStore)

    def runs(self, **options: Any) -> IngestionRuns:
        """A client; over a connection of its own where there can be more than one."""
        if self.session is None:
            return IngestionRuns(self._memory, **options)
        if self.name == "duckdb":
            return self.on(self.cursor(), attempts=20, **options)
        return IngestionRuns.from_session(self.another())

    def another(self) -> warehouses.Session:
        assert self.project is not None
        return warehouses.from_profile(self.project.folder, self.project.folder)

    def on(self, connection: DriverConnection, **options: Any) -> IngestionRuns:
        """A client over a connection that stays the test's."""
        assert self.session is not None
        return IngestionRuns.from_connection(connection, self.session.place, **options)

    def cursor(self) -> DriverConnection:
        """Another connection to DuckDB's file; one process has it open."""
        warehouse: Any = self.session and self.session.warehouse
        return warehouse._connection.cursor()

    def connect(self) -> DriverConnection:
        """A connection of the driver's own."""
        assert self.project is not None
        return self.cursor() if self.name == "duckdb" else self.project.connect()

    def table(self, suffix: str = "") -> str:
        assert self.session is not None
        return self.session.place.table("ingestion_runs", suffix)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        assert self.session is not None
        return self.session.warehouse.query(
            sql.format(runs=self.table(), audit=self.table("_transitions"))
        )

    def raw(self, sql: str) -> None:
        """SQL that asks nobody."""
        with closing(self.connect()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(sql.format(runs=self.table(), audit=self.table("_transitions")))
