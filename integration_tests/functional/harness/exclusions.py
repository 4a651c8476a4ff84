"""Which tests do not run in which cells, and why. The one place: a test only names a key.

    @excluded("live progress on duckdb")
    def test_x(cell: Cell) -> None: ...

Every use is printed at the end of a run. A key that no test names, and a test that names an unknown
key, fail the run (test_exclusions.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

import pytest


@dataclass(frozen=True)
class Exclusion:
    """Cells as patterns over `<warehouse>-<engine>`, such as `duckdb-*` or `*-v2`."""

    cells: tuple[str, ...]
    reason: str

    def covers(self, cell: str) -> bool:
        return any(fnmatchcase(cell, pattern) for pattern in self.cells)


EXCLUSIONS: dict[str, Exclusion] = {
    "console script": Exclusion(
        ("*-v2", "postgres-core", "snowflake-core"),
        "only dbt-core is forked, and how it is does not depend on the warehouse",
    ),
    "scripting": Exclusion(
        ("duckdb-*", "postgres-*"), "Snowflake Scripting blocks exist on Snowflake only"
    ),
    "live reading": Exclusion(
        ("duckdb-*",), "no other process can read a DuckDB file while dbt holds it"
    ),
}


def excluded(key: str) -> pytest.MarkDecorator:
    """Leave a test out of the cells that EXCLUSIONS[key] names."""
    return pytest.mark.excluded(key)
