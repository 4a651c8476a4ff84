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
    "newcomer": Exclusion(
        ("snowflake-*",),
        "what differs there is installing, which test_installation.py does; a whole project takes "
        "the emulator a minute",
    ),
    "recipes": Exclusion(
        ("*-core", "duckdb-*", "snowflake-*"),
        "a scheduler's commands and variables are the same for every warehouse, and dbt v2 starts faster",
    ),
    "python side": Exclusion(
        ("*-core",),
        "the Python side meets the same tables under either engine, and dbt v2 makes them sooner",
    ),
    "hundreds of statements": Exclusion(
        ("snowflake-*",),
        "the emulated Snowflake is DuckDB behind a slow door: it shows in minutes what DuckDB shows "
        "in seconds. Its statements are those of the other tests, and that an open transaction is "
        "undone where its session ends is shown there for dbt's archive",
    ),
    "one statement": Exclusion(
        ("*-core",),
        "what meets another session is one statement, the same under either engine, and dbt v2 sends "
        "it sooner",
    ),
    "scripting": Exclusion(
        ("duckdb-*", "postgres-*"), "Snowflake Scripting blocks exist on Snowflake only"
    ),
    "snowflake syntax": Exclusion(
        ("duckdb-*", "postgres-*"), "the statements of other warehouses run on the real thing"
    ),
    "live reading": Exclusion(
        ("duckdb-*",), "no other process can read a DuckDB file while dbt holds it"
    ),
    "constraints": Exclusion(("snowflake-*",), "Snowflake enforces no constraint but not null"),
    "locks": Exclusion(
        ("duckdb-*", "snowflake-*"),
        "on DuckDB nobody else can be there; the emulated Snowflake holds no locks",
    ),
    "other databases": Exclusion(
        ("postgres-*",), "a connection to Postgres sees one database, which the settings check"
    ),
    "privileges": Exclusion(
        ("duckdb-*", "snowflake-*"),
        "DuckDB has no roles, triggers or timeouts; the emulated Snowflake enforces none",
    ),
    "read-only": Exclusion(
        ("snowflake-*", "duckdb-v2"),
        "the emulated Snowflake has no read-only mode; dbt v2 opens DuckDB for writing whatever "
        "its profile says",
    ),
    "schema privilege on v2": Exclusion(
        ("*-v2",), "dbt v2 itself needs the right to create schemas, even where they exist"
    ),
    "jinja alone": Exclusion(
        ("postgres-*", "snowflake-*"),
        "the text is the engine's Jinja alone; that it reaches every warehouse is tested elsewhere",
    ),
    "two at once": Exclusion(("duckdb-*",), "a DuckDB file belongs to one dbt at a time"),
    "sleeping models": Exclusion(
        ("duckdb-*", "snowflake-*"),
        "on DuckDB nobody else can look and hooks send nothing; nothing sleeps on the emulated "
        "Snowflake, and it neither locks rows nor swaps tables as Snowflake does",
    ),
    "run-ledger profile": Exclusion(
        ("snowflake-*", "duckdb-v2", "postgres-core"),
        "a program around dbt, once for each engine; the emulated Snowflake fails no scan, and "
        "Python's DuckDB is newer than the file of dbt v2",
    ),
    "profile syntax": Exclusion(
        ("duckdb-*", "postgres-*", "snowflake-core"),
        "as for `snowflake syntax`; the statements are the same under either engine",
    ),
    "injected failures": Exclusion(
        ("*-core", "snowflake-*"),
        "the statements are the same under either engine; the emulated Snowflake has neither triggers "
        "nor the transactions of a failed block",
    ),
    "many columns": Exclusion(
        ("*-core", "snowflake-*"),
        "the statements are the same under either engine and dbt v2 makes them sooner; the emulator "
        "takes minutes to rewrite them",
    ),
    "sketches": Exclusion(
        ("postgres-*", "snowflake-*"),
        "Postgres estimates nothing, and the sketches of Snowflake are not those of its emulator",
    ),
    "scan errors": Exclusion(
        ("duckdb-*", "snowflake-*"),
        "DuckDB's SQL catches nothing, so the next profile closes the run; the emulated Snowflake "
        "refuses a wrong cast with NULL",
    ),
    "recorder": Exclusion(("*-v2",), "dbt v2 is no Python program and loads no plugin"),
    "recorder live": Exclusion(
        ("duckdb-*", "*-v2"), "both of what `live reading` and `recorder` say"
    ),
    "recorder refused": Exclusion(
        ("snowflake-*", "*-v2"),
        "the connector of Snowflake tries for minutes to reach a server that is not there, which "
        "the recorder's bound cuts off as it does for every warehouse that hangs",
    ),
    "refused": Exclusion(("snowflake-*",), "as above: dbt itself would take minutes to fail"),
    "exec signals": Exclusion(
        ("duckdb-*", "snowflake-*"),
        "how a signal reaches dbt does not depend on the warehouse, and what `exec` writes then "
        "is what it writes after a kill, in all cells",
    ),
    "exec refused": Exclusion(
        ("snowflake-*", "duckdb-core"),
        "Snowflake: as for `refused`; under dbt-core one warehouse shows how a row is kept and loaded",
    ),
    "exec on core": Exclusion(
        ("*-core",), "what `exec` does then does not depend on the engine, and dbt v2 starts faster"
    ),
    "exec untouched": Exclusion(
        ("postgres-core",), "there the warehouse that refuses shows how a whole row is written"
    ),
    "recorder locks": Exclusion(
        ("duckdb-*", "snowflake-*", "*-v2"), "both of what `locks` and `recorder` say"
    ),
    "clone": Exclusion(("*-core",), "dbt-core runs no hooks for clone, so it leaves no row"),
    "python models": Exclusion(
        ("*-v2", "postgres-*", "snowflake-*"),
        "of the six only dbt-core on DuckDB runs them here: Postgres has none, the emulated "
        "Snowflake and dbt v2 on DuckDB do not run them",
    ),
    "one database": Exclusion(
        ("duckdb-*", "snowflake-*"), "a connection to them reaches more than one database"
    ),
    "project vars": Exclusion(
        ("*-v2",), "dbt v2 shows a package no list of the project's vars, only those of --vars"
    ),
    "settings": Exclusion(
        ("postgres-*", "snowflake-*"), "a value is judged before a warehouse is asked"
    ),
    "text alone": Exclusion(
        ("postgres-*", "snowflake-*"), "regular expressions are the engine's, not the warehouse's"
    ),
    "no alerts inside": Exclusion(
        ("snowflake-*", "postgres-*"), "Snowflake has alerts, and one of the others is enough"
    ),
    "one cell": Exclusion(
        ("*-v2", "postgres-*", "snowflake-*"),
        "the plan is that of DuckDB, and the loop over 48 hours is the companion's own",
    ),
    "notifier": Exclusion(
        ("*-v2",), "the notifier is the companion's, whichever dbt built the view"
    ),
    "loading": Exclusion(
        ("*-v2", "duckdb-*"),
        "the loader is the companion's, and DuckDB reads the files in place",
    ),
    "schedules": Exclusion(
        ("*-v2", "postgres-*", "snowflake-*"),
        "one schedule runs everywhere; that others end in the same place is the statement's doing",
    ),
    "cancelling": Exclusion(
        ("snowflake-core",), "the emulated Snowflake lacks the function by which dbt-core cancels"
    ),
}


def excluded(key: str) -> pytest.MarkDecorator:
    """Leave a test out of the cells that EXCLUSIONS[key] names."""
    return pytest.mark.excluded(key)
