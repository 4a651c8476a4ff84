"""Snowflake, through its connector."""

from __future__ import annotations

import base64
import gzip
import logging
import re
import tempfile
import uuid
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

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
    DriverCursor,
    DriverWarehouse,
    batches,
    first_line,
    json_text,
    message_of,
    plain,
)

with warnings.catch_warnings():
    # It distrusts versions of its own dependencies that are newer than itself.
    warnings.simplefilter("ignore")
    import snowflake.connector as connector
    from snowflake.connector import errors

LOGIN_SECONDS = 30
# Without a limit the connector would retry a broken network for ever.
NETWORK_SECONDS = 120
# A list may have 16,384 expressions and a statement 1 MB:
# docs.snowflake.com/en/user-guide/querying-complex-query
ROWS_IN_A_BATCH = 1_000
EXPRESSIONS_IN_A_BATCH = 15_000
_SETTINGS = (
    *("account", "user", "password", "role", "warehouse", "database", "schema", "authenticator"),
    *("token", "host", "port", "protocol", "proxy_host", "proxy_port", "client_session_keep_alive"),
    *("insecure_mode", "workload_identity_provider", "workload_identity_entra_resource"),
)
_log = logging.getLogger(__name__)
_OUR_FILE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}[.]json[.]gz")
LEFTOVER_AGE = timedelta(days=1)
_CASTS = {
    bool: "::boolean",
    int: "::number",
    float: "::float",
    datetime: "::timestamp_ntz",
}
# The type codes of VARIANT, OBJECT and ARRAY in a result's description.
_JSON_TYPES = frozenset({5, 9, 10})
_ERRORS: Mapping[int, type[RunLedgerError]] = {
    2003: LedgerMissingError,
    2043: LedgerMissingError,
    3001: PrivilegeError,
    # The 21st statement that waits for a table is refused, and a deadlock's victim.
    625: ConflictError,
    626: ConflictError,
    100072: ConstraintError,
}


class Snowflake(DriverWarehouse):
    name = "snowflake"
    json_parameter = "parse_json(%s)"
    text_array_parameter = "cast(parse_json(%s) as array)"
    now_utc = "cast(sysdate() as timestamp_ntz(3))"

    def _error(self, error: Exception) -> RunLedgerError | None:
        if not isinstance(error, errors.Error):
            return None
        if isinstance(error, errors.OperationalError | errors.InterfaceError):
            return UnreachableError(f"Snowflake cannot be reached: {first_line(error)}")
        kind = _ERRORS.get(int(error.errno or 0), StatementError)
        return kind(message_of(kind, "Snowflake", error))

    def _is_json(self, column_type: object) -> bool:
        return column_type in _JSON_TYPES

    def _touched(self, cursor: DriverCursor) -> int:
        """rowcount also counts the one row of "statement executed successfully"."""
        names = [str(each[0]).lower() for each in cursor.description or ()]
        if not any(name.startswith("number of rows") for name in names):
            return 0
        (row,) = cursor.fetchall()
        counts = zip(names, row, strict=True)
        return sum(int(value) for name, value in counts if name.startswith("number of rows"))

    def _callers_transaction(self) -> bool:
        # A session can ask for its transaction only after the first change in it.
        return True

    def _append(
        self,
        cursor: DriverCursor,
        table: str,
        columns: Sequence[str],
        rows: Iterable[Sequence[object]],
    ) -> int:
        size = max(1, min(ROWS_IN_A_BATCH, EXPRESSIONS_IN_A_BATCH // len(columns)))
        count = 0
        for batch in batches(rows, size):
            # JSON has no literal that VALUES takes, so it is parsed on the way out of them.
            selected = [
                f"parse_json(column{number})" if _holds_json(values) else f"column{number}"
                for number, values in enumerate(zip(*batch, strict=True), start=1)
            ]
            row = f"({', '.join(['%s'] * len(columns))})"
            cursor.execute(
                f"insert into {table} ({', '.join(columns)}) "
                f"select {', '.join(selected)} from values {', '.join([row] * len(batch))}",
                tuple(plain(value) for values in batch for value in values),
            )
            count += len(batch)
        return count

    def _append_through(
        self,
        stage: str,
        cursor: DriverCursor,
        table: str,
        columns: Sequence[str],
        rows: Iterable[Sequence[object]],
    ) -> int:
        """PUT one file, then COPY INTO the table: docs.snowflake.com/en/user-guide/data-load-overview"""
        name = f"{uuid.uuid4()}.json.gz"
        with tempfile.TemporaryDirectory(prefix="run-ledger-") as folder:
            path = Path(folder, name)
            part = write_part(path, columns, rows)
            if not part.rows:
                return 0
            # What is compressed already is not compressed again.
            cursor.execute(f"put 'file://{path.as_posix()}' @{stage} auto_compress = false")
        cursor.execute(
            f"copy into {table} ({', '.join(columns)}) "
            f"from (select {', '.join(part.selected)} from @{stage}/{name}) "
            "file_format = (type = json) purge = true"
        )
        loaded = sum(int(row.get("rows_loaded") or 0) for row in self._rows(cursor))
        if loaded != part.rows:
            raise StatementError(
                f"Snowflake: COPY INTO {table} took {loaded} of {part.rows} rows from {stage}."
            )
        return loaded

    def clear_stage(self, stage: str) -> int:
        """Files of who died between PUT and COPY. A load does not take a day.

        Files of other names are other people's. What cannot be removed is left: no load needs it gone.
        """
        removed = 0
        before = datetime.now(timezone.utc) - LEFTOVER_AGE
        for row in self.query(f"list @{stage}"):
            name = row["name"].rpartition("/")[2]
            is_old = parsedate_to_datetime(str(row["last_modified"])) < before
            if not is_old or not _OUR_FILE.fullmatch(name):
                continue
            try:
                self.query(f"remove @{stage}/{name}")
            except StatementError as error:
                _log.warning("%s stays in the stage %s: %s", name, stage, error)
            else:
                removed += 1
        return removed


@dataclass(frozen=True)
class Part:
    """Rows in a file, and what COPY selects of a line ($1) for each column."""

    rows: int
    selected: list[str]


def write_part(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Part:
    """A JSON object a row. What is None is left out: SQL's NULL, where JSON's would be a value."""
    kinds: list[set[type]] = [set() for _ in columns]
    count = 0
    # The first level is what a network needs; the ninth takes ten times as long.
    with gzip.open(path, "wt", compresslevel=1, encoding="utf-8") as file:
        for row in rows:
            found = {}
            for name, kind, value in zip(columns, kinds, row, strict=True):
                if value is not None:
                    found[name] = value
                    kind.add(type(value))
            # Snowflake takes 16 MB a row, and spaces count.
            file.write(json_text(found, (",", ":")) + "\n")
            count += 1
    return Part(count, [f"$1:{n}{_cast(k)}" for n, k in zip(columns, kinds, strict=True)])


def _cast(kinds: set[type]) -> str:
    if not kinds or kinds & {dict, list}:
        return ""
    if kinds == {int, float}:
        return "::float"
    return _CASTS.get(kinds.pop(), "::varchar") if len(kinds) == 1 else "::varchar"


def _holds_json(values: Iterable[object]) -> bool:
    return any(isinstance(value, dict | list) for value in values)


def connect(settings: Mapping[str, Any]) -> Snowflake:
    address = {name: settings[name] for name in _SETTINGS if settings.get(name)}
    if address.get("authenticator") == "jwt":
        # dbt's name for a token of one's own.
        address["authenticator"] = "oauth"
    session = {"TIMEZONE": "UTC"}
    if query_tag := settings.get("query_tag"):
        session["QUERY_TAG"] = query_tag
    try:
        connection = connector.connect(
            **address,
            **_private_key(settings),
            # dbt's own sessions may name placeholders otherwise.
            paramstyle="pyformat",
            login_timeout=LOGIN_SECONDS,
            network_timeout=NETWORK_SECONDS,
            session_parameters=session,
        )
    except errors.Error as error:
        raise UnreachableError(f"Snowflake cannot be reached: {first_line(error)}") from error
    return Snowflake(connection)


def _private_key(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The key of the profile, a file or its text, as the connector wants it."""
    passphrase = settings.get("private_key_passphrase")
    if path := settings.get("private_key_path"):
        return {"private_key_file": path, "private_key_file_pwd": passphrase}
    if not (text := settings.get("private_key")):
        return {}
    from cryptography.hazmat.primitives import serialization

    password = passphrase.encode() if passphrase else None
    if text.lstrip().startswith("-"):
        key = serialization.load_pem_private_key(text.encode(), password)
    else:
        key = serialization.load_der_private_key(base64.b64decode(text), password)
    der = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {"private_key": der}
