"""What every warehouse can do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias

Row: TypeAlias = dict[str, Any]


class Warehouse(Protocol):
    """One connection. Not for two threads at once: open one for each.

    A value goes where the SQL says `%s`. A statement with parameters writes a percent sign as
    `%%`, one without parameters is sent as it stands. Mappings and lists become JSON text.
    """

    name: str
    # What an SQL text says where the parameter is JSON text.
    json_parameter: str
    # What it says where the parameter is a list of texts, and the column an array of texts.
    text_array_parameter: str
    # The clock of the warehouse in UTC, to the millisecond, as the macro now_utc() has it.
    now_utc: str

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """The rows: lower-case keys, JSON as Python objects, timestamps as naive UTC."""

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> int:
        """How many rows the statement inserted, changed or deleted; 0 for any other statement."""

    def transaction(self) -> AbstractContextManager[None]:
        """All of it or nothing. Inside another transaction it joins that one.

        A connection that the caller brought is the caller's to commit: this joins the transaction
        that is open there, and opens one of its own only where every statement would have
        committed by itself. (Snowflake does not tell: there it always joins.)
        """

    def append(
        self,
        table: str,
        columns: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        stage: str | None = None,
    ) -> int:
        """Insert many rows at once, in the fastest way the driver has; how many they were.

        All of them or none. In a column with mappings or lists, every value is JSON.
        stage: on Snowflake, an internal one of JSON files, through which rows travel in one file
        however many and long they are. A column with mappings or lists then holds nothing else.
        """

    def clear_stage(self, stage: str) -> int:
        """Remove from a stage what an append that died left there; how many files they were."""

    def close(self) -> None:
        """Close the connection, unless the caller brought it."""
