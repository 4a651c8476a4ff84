"""A warehouse for one test: a project and a profile on disk, and a session opened from them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbt_run_ledger import warehouses
from integration_tests.functional.harness.warehouses import Space
from integration_tests.functional.harness.warehouses import Warehouse as Behind

# Column types where the warehouses differ.
TYPES = {
    "postgres": {"json": "jsonb", "timestamp": "timestamp(3)", "texts": "text[]", "text": "text"},
    "duckdb": {"json": "json", "timestamp": "timestamp", "texts": "varchar[]", "text": "varchar"},
    "snowflake": {
        "json": "variant",
        "timestamp": "timestamp_ntz(3)",
        "texts": "array",
        "text": "varchar",
    },
}


@dataclass
class World:
    """A project and a profile on disk, a place in a warehouse, and a session opened from them."""

    name: str
    behind: Behind
    space: Space
    folder: Path
    session: warehouses.Session

    @property
    def warehouse(self) -> warehouses.Warehouse:
        return self.session.warehouse

    @property
    def types(self) -> dict[str, str]:
        return TYPES[self.name]

    def another(self, **options: Any) -> warehouses.Session:
        return warehouses.from_profile(self.folder, self.folder, **options)

    def table(self, columns: str, word: str = "ingestion_runs") -> str:
        """Create a table where the ledgers are; its name."""
        name = self.session.place.table(word)
        self.warehouse.execute(f"create table {name} ({columns.format(**self.types)})")
        return name

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """What another session sees; on DuckDB, where there is none, the same file."""
        if self.name == "duckdb":
            return self.warehouse.query(sql)
        return self.behind.query(self.space, sql)
