"""What the three drivers have in common: the DB-API, and what Run Ledger adds to it."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import datetime, timezone
from typing import Any, TypeAlias

from dbt_run_ledger.errors import InputError, LedgerMissingError, RunLedgerError
from dbt_run_ledger.warehouses.warehouse import Row

# The three drivers have the DB-API in common and no type.
DriverConnection: TypeAlias = Any
DriverCursor: TypeAlias = Any

_COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")


class DriverWarehouse:
    """A warehouse over a DB-API connection; a subclass fills in what its driver does otherwise."""

    name: str
    json_parameter: str
    text_array_parameter: str
    now_utc: str

    def __init__(self, connection: DriverConnection, is_owned: bool = True) -> None:
        self._connection = connection
        self._is_owned = is_owned
        self._is_in_transaction = False

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        with self._errors(), self._cursor() as cursor:
            self._send(cursor, sql, parameters)
            return self._rows(cursor)

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> int:
        with self._errors(), self._cursor() as cursor:
            self._send(cursor, sql, parameters)
            return self._touched(cursor)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self._is_in_transaction or (not self._is_owned and self._callers_transaction()):
            yield
            return
        self.execute("begin")
        self._is_in_transaction = True
        try:
            yield
        except BaseException:
            self._roll_back()
            raise
        else:
            self._commit()
        finally:
            self._is_in_transaction = False

    def append(
        self,
        table: str,
        columns: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        stage: str | None = None,
    ) -> int:
        for column in columns:
            if not _COLUMN.fullmatch(column):
                raise InputError(f"append: expected the name of a column, got {column!r}.")
        with self.transaction(), self._errors(), self._cursor() as cursor:
            if stage is not None:
                return self._append_through(stage, cursor, table, columns, rows)
            return self._append(cursor, table, columns, rows)

    def clear_stage(self, stage: str) -> int:  # noqa: ARG002
        return 0

    def close(self) -> None:
        if self._is_owned:
            self._connection.close()

    def _commit(self) -> None:
        try:
            self.execute("commit")
        except BaseException:
            # A refused commit may leave the transaction open, and the next statement inside it.
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        try:
            self.execute("rollback")
        except RunLedgerError:
            # The error that led here is the one to report; a lost connection has rolled back.
            return

    def _cursor(self) -> AbstractContextManager[DriverCursor]:
        return closing(self._connection.cursor())

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn the driver's errors into ours."""
        try:
            yield
        except RunLedgerError:
            raise
        except Exception as error:
            ours = self._error(error)
            if ours is None:
                raise
            raise ours from error

    def _error(self, error: Exception) -> RunLedgerError | None:
        """Ours for an error of the driver; None for any other error."""
        raise NotImplementedError

    def _send(self, cursor: DriverCursor, sql: str, parameters: Sequence[object]) -> None:
        if parameters:
            cursor.execute(sql, tuple(plain(value) for value in parameters))
        else:
            cursor.execute(sql)

    def _rows(self, cursor: DriverCursor) -> list[Row]:
        if cursor.description is None:
            return []
        columns = [(str(each[0]).lower(), self._is_json(each[1])) for each in cursor.description]
        return [
            {
                name: decoded(value, is_json)
                for (name, is_json), value in zip(columns, row, strict=True)
            }
            for row in cursor.fetchall()
        ]

    def _is_json(self, column_type: object) -> bool:
        """Whether the driver hands a value of this type over as JSON text."""
        raise NotImplementedError

    def _touched(self, cursor: DriverCursor) -> int:
        return max(int(cursor.rowcount or 0), 0)

    def _callers_transaction(self) -> bool:
        """Whether the caller's connection has a transaction that a statement would join."""
        raise NotImplementedError

    def _append(
        self,
        cursor: DriverCursor,
        table: str,
        columns: Sequence[str],
        rows: Iterable[Sequence[object]],
    ) -> int:
        raise NotImplementedError

    def _append_through(
        self,
        stage: str,  # noqa: ARG002
        cursor: DriverCursor,
        table: str,
        columns: Sequence[str],
        rows: Iterable[Sequence[object]],
    ) -> int:
        """Where the driver has a stream of its own, no stage is needed."""
        return self._append(cursor, table, columns, rows)


def json_text(value: object, separators: tuple[str, str] | None = None) -> str:
    try:
        return json.dumps(
            value, ensure_ascii=False, allow_nan=False, default=_as_json, separators=separators
        )
    except ValueError as error:
        # Python would write NaN and Infinity, for which JSON has no word.
        raise InputError(f"Expected a value that JSON can say: {error}.") from error


def _as_json(value: object) -> str:
    if isinstance(value, datetime):
        return utc(value).isoformat(sep=" ", timespec="milliseconds")
    return str(value)


def utc(value: datetime) -> datetime:
    """Naive UTC; a datetime without a zone is UTC already."""
    if value.tzinfo is None:
        return value
    return value.astimezone(timezone.utc).replace(tzinfo=None)


def plain(value: object) -> object:
    """A parameter as each of the drivers takes it."""
    if isinstance(value, dict | list):
        return json_text(value)
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime):
        return utc(value)
    return value


def decoded(value: object, is_json: bool) -> object:
    if is_json and isinstance(value, str):
        return json.loads(value)
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime):
        return utc(value)
    return value


def as_text(value: object) -> str | None:
    """A value as text that every warehouse reads back in the column's type."""
    value = plain(value)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def batches(rows: Iterable[Sequence[object]], size: int) -> Iterator[list[Sequence[object]]]:
    batch: list[Sequence[object]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def message_of(kind: type[RunLedgerError], warehouse: str, error: Exception) -> str:
    """One line of what the warehouse said, and what to do about it where that is known."""
    said = f"{warehouse}: {first_line(error)}"
    if kind is LedgerMissingError:
        return f"{said} (`dbt run-operation create_ledgers` creates the tables of the ledgers)"
    return said
