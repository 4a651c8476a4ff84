"""DuckDB, through its Python client. One process at a time can write to a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from dbt_run_ledger.errors import (
    BusyError,
    ConflictError,
    ConstraintError,
    InputError,
    LedgerMissingError,
    RunLedgerError,
    StatementError,
    UnreachableError,
)
from dbt_run_ledger.warehouses.driver import (
    DriverCursor,
    DriverWarehouse,
    as_text,
    batches,
    first_line,
    message_of,
    plain,
)

ROWS_IN_A_BATCH = 20_000
_PLACEHOLDER = re.compile(r"%[s%]")
_IN_MEMORY = re.compile(r":memory:.*")


class DuckDB(DriverWarehouse):
    name = "duckdb"
    json_parameter = "cast(%s as json)"
    text_array_parameter = "cast(cast(%s as json) as varchar[])"
    now_utc = "make_timestamp_ms(epoch_ms(now()))"

    def _error(self, error: Exception) -> RunLedgerError | None:
        if not isinstance(error, duckdb.Error):
            return None
        kind: type[RunLedgerError] = StatementError
        if isinstance(error, duckdb.CatalogException) and "does not exist" in str(error):
            kind = LedgerMissingError
        elif isinstance(error, duckdb.ConstraintException):
            kind = ConstraintError
        elif isinstance(error, duckdb.TransactionException) and "onflict" in str(error):
            kind = ConflictError
        return kind(message_of(kind, "DuckDB", error))

    def _send(self, cursor: DriverCursor, sql: str, parameters: Sequence[object]) -> None:
        if parameters:
            # DuckDB's placeholder is the question mark.
            text = _PLACEHOLDER.sub(lambda found: "?" if found[0] == "%s" else "%", sql)
            cursor.execute(text, [plain(value) for value in parameters])
        else:
            cursor.execute(sql)

    def _is_json(self, column_type: object) -> bool:
        # Types compare equal to their names.
        return bool(column_type == "JSON")

    def _touched(self, cursor: DriverCursor) -> int:
        """What was touched is in a result of one column; rowcount does not tell."""
        if [str(each[0]) for each in cursor.description or ()] != ["Count"]:
            return 0
        row = cursor.fetchone()
        return int(row[0]) if row else 0

    def _callers_transaction(self) -> bool:
        # Without a transaction each statement has a number of its own. `begin` would tell too,
        # but its error aborts the transaction that is open.
        numbers = [self.query("select txid_current() as number")[0]["number"] for _ in range(2)]
        return bool(numbers[0] == numbers[1])

    def _cursor(self) -> _ConnectionAsCursor:
        return _ConnectionAsCursor(self._connection)

    def _append(
        self,
        cursor: DriverCursor,
        table: str,
        columns: Sequence[str],
        rows: Iterable[Sequence[object]],
    ) -> int:
        lists = ", ".join("unnest(cast(? as varchar[]))" for _ in columns)
        statement = f"insert into {table} ({', '.join(columns)}) select {lists}"
        count = 0
        for batch in batches(rows, ROWS_IN_A_BATCH):
            texts = ([as_text(value) for value in row] for row in batch)
            cursor.execute(statement, [list(column) for column in zip(*texts, strict=True)])
            count += len(batch)
        return count


class _ConnectionAsCursor:
    """DuckDB's cursor() is another connection, outside the transaction of this one."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def __enter__(self) -> duckdb.DuckDBPyConnection:
        return self._connection

    def __exit__(self, *_: object) -> None:
        """The connection stays open."""


def connect(settings: Mapping[str, Any], folder: Path, read_only: bool) -> DuckDB:
    path = str(settings.get("path") or ":memory:")
    if re.match(r"(md|motherduck|ducklake):", path):
        raise InputError(
            f"path: expected a DuckDB file, got {path.split('?')[0]!r}. Run Ledger keeps no ledger there."
        )
    if not _IN_MEMORY.fullmatch(path):
        # dbt runs in the project's folder.
        path = str(folder / Path(path).expanduser())
        if not Path(path).is_file():
            raise LedgerMissingError(
                f"The DuckDB file {path} does not exist. The first `dbt run`, or "
                "`dbt run-operation create_ledgers`, creates it with its ledger."
            )
    try:
        connection = duckdb.connect(path, read_only=read_only and not _IN_MEMORY.fullmatch(path))
    except duckdb.Error as error:
        if "lock" in str(error):
            raise BusyError(f"{BusyError.__doc__} ({first_line(error)})") from error
        raise UnreachableError(f"DuckDB cannot open {path}: {first_line(error)}") from error
    warehouse = DuckDB(connection)
    warehouse.execute("set timezone = 'UTC'")
    for attached in settings.get("attach") or ():
        warehouse.execute(_attach(attached, folder))
    return warehouse


def _attach(attached: Mapping[str, Any], folder: Path) -> str:
    path = str(attached["path"])
    if "://" not in path and not re.match(r"\w{2,}:", path):
        path = str(folder / Path(path).expanduser())
    alias = f' as "{attached["alias"]}"' if attached.get("alias") else ""
    options = ["type " + str(attached["type"])] if attached.get("type") else []
    options += ["read_only"] if attached.get("read_only") else []
    return (
        "attach '"
        + path.replace("'", "''")
        + "'"
        + alias
        + (f" ({', '.join(options)})" if options else "")
    )
