"""Postgres, through psycopg2."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg2
import psycopg2.errors
import psycopg2.extensions as extensions

from dbt_run_ledger.errors import (
    ConflictError,
    ConstraintError,
    LedgerMissingError,
    PrivilegeError,
    RunLedgerError,
    StatementError,
    UnreachableError,
)
from dbt_run_ledger.warehouses.driver import (
    DriverConnection,
    DriverCursor,
    DriverWarehouse,
    as_text,
    batches,
    first_line,
    message_of,
)

CONNECT_SECONDS = 10
ROWS_IN_A_CHUNK = 5_000
# dbt's name of a setting -> libpq's, where they differ.
_NAMES = {"database": "dbname", "pass": "password"}
_SETTINGS = (
    *("host", "port", "user", "password", "dbname", "sslmode", "sslcert", "sslkey"),
    *("sslrootcert", "keepalives_idle", "application_name", "connect_timeout"),
)
# pg_type.oid of json and jsonb.
_JSON_TYPES = (114, 3802)
_COPY_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
# What the first two characters of an SQLSTATE say, or all five.
# postgresql.org/docs/current/errcodes-appendix.html
_ERRORS: Mapping[str, type[RunLedgerError]] = {
    "42P01": LedgerMissingError,
    "3F000": LedgerMissingError,
    "42501": PrivilegeError,
    "55P03": ConflictError,
    "23": ConstraintError,
    "40": ConflictError,
    "08": UnreachableError,
    "57P": UnreachableError,
}


class Postgres(DriverWarehouse):
    name = "postgres"
    json_parameter = "cast(%s as jsonb)"
    text_array_parameter = "array(select jsonb_array_elements_text(cast(%s as jsonb)))"
    now_utc = "cast(statement_timestamp() at time zone 'UTC' as timestamp(3))"

    def _cursor(self) -> AbstractContextManager[DriverCursor]:
        return _cursor_of(self._connection)

    def _error(self, error: Exception) -> RunLedgerError | None:
        if not isinstance(error, psycopg2.Error):
            return None
        state = error.pgcode or ""
        for length in (5, 3, 2):
            if found := _ERRORS.get(state[:length]):
                return found(message_of(found, "Postgres", error))
        if not state and isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError):
            return UnreachableError(f"Postgres cannot be reached: {first_line(error)}")
        return StatementError(f"Postgres refused a statement: {first_line(error)}")

    def _is_json(self, column_type: object) -> bool:  # noqa: ARG002
        # The cursor has decoded them: see _cursor_of.
        return False

    def _callers_transaction(self) -> bool:
        status = self._connection.get_transaction_status()
        return not self._connection.autocommit or status != extensions.TRANSACTION_STATUS_IDLE

    def _append(
        self,
        cursor: DriverCursor,
        table: str,
        columns: Sequence[str],
        rows: Iterable[Sequence[object]],
    ) -> int:
        copy = f"copy {table} ({', '.join(columns)}) from stdin"
        count = 0
        for batch in batches(rows, ROWS_IN_A_CHUNK):
            lines = "\n".join("\t".join(map(_copy_field, row)) for row in batch)
            cursor.copy_expert(copy, io.StringIO(lines + "\n"))
            count += len(batch)
        return count


def connect(settings: Mapping[str, Any]) -> Postgres:
    named = {_NAMES.get(name, name): value for name, value in settings.items()}
    address = {name: named[name] for name in _SETTINGS if named.get(name)}
    options = "-c timezone=UTC"
    if search_path := named.get("search_path"):
        options += f" -c search_path={search_path.replace(' ', chr(92) + ' ')}"
    try:
        connection = psycopg2.connect(
            **{"connect_timeout": CONNECT_SECONDS, **address}, options=options
        )
    except psycopg2.Error as error:
        raise UnreachableError(f"Postgres cannot be reached: {first_line(error)}") from error
    connection.autocommit = True
    warehouse = Postgres(connection)
    if role := named.get("role"):
        warehouse.execute("select set_config('role', %s, false)", (role,))
    return warehouse


@contextmanager
def _cursor_of(connection: DriverConnection) -> Iterator[DriverCursor]:
    """A cursor that reads JSON whatever the connection's owner has registered for it."""
    cursor = connection.cursor()
    try:
        extensions.register_type(_JSON, cursor)
        yield cursor
    finally:
        cursor.close()


def _json_value(text: str | None, _: DriverCursor) -> object:
    return None if text is None else json.loads(text)


_JSON = extensions.new_type(_JSON_TYPES, "RUN_LEDGER_JSON", _json_value)


def _copy_field(value: object) -> str:
    text = as_text(value)
    return r"\N" if text is None else text.translate(_COPY_ESCAPES)
