"""A Snowflake for tests: fakesnow's HTTP server, repaired.

    python -m integration_tests.functional.harness.fakesnow_server PORT [RECORD_FILE]

RECORD_FILE collects the statements that were accepted without being run, one JSON text a line.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import fakesnow.conn
import fakesnow.server as fakesnow_server
import pyarrow as pa
import uvicorn
from fakesnow.cursor import FakeSnowflakeCursor
from fakesnow.params import MutableParams
from snowflake.connector.errors import Error, ProgrammingError
from sqlglot import Expr, exp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from integration_tests.functional.harness import fakesnow_fixes as fixes
from integration_tests.functional.harness.scripting import (
    ScriptingError,
    immediate_text,
    parse_block,
)
from integration_tests.functional.harness.scripting_run import run_block

# Snowflake's own limit is LOCK_TIMEOUT, 12 hours; a test wants to hear of a deadlock earlier.
LOCK_WAIT_SECONDS = 30.0
_TRANSACTION_BEGINS = re.compile(r"\s*(begin|start)\b", re.IGNORECASE)
_TRANSACTION_ENDS = re.compile(r"\s*(commit|rollback)\b", re.IGNORECASE)
_SESSION_FLAG = "run_ledger_in_transaction"
_WAIT = re.compile(r"system\$wait\((\d+)\)", re.IGNORECASE)
_NOTHING_RAN = "select 'Statement executed successfully.' as \"status\""


def _sql_error(error: Exception) -> ProgrammingError:
    """fakesnow answers what it did not expect with HTTP 500, which clients retry for ever."""
    number, state = 9998, "XX000"
    if isinstance(error, duckdb.ConstraintException):
        number, state = 100072, "22000"
    elif "JSON" in str(error):
        number, state = 100069, "22P02"
    elif isinstance(error, ScriptingError):
        number, state = 1003, "42000"
    message = f"[fakesnow {type(error).__name__}] {error}"
    return ProgrammingError(msg=message, errno=number, sqlstate=state)


def _is_lost_race(error: Exception) -> bool:
    return isinstance(error, duckdb.TransactionException) and "conflict" in str(error).lower()


class Cursor(FakeSnowflakeCursor):
    """fakesnow's cursor: waits for locks, runs scripting blocks, fails with SQL errors only."""

    record: ClassVar[Path | None] = None

    def execute(self, command: str, *args: Any, **options: Any) -> FakeSnowflakeCursor:
        try:
            text = immediate_text(command)
            block = parse_block(text) if text is not None else None
        except ScriptingError as error:
            raise _sql_error(error) from error
        if block is None:
            command = command if text is None else text
            return self._run_statement(command, *args, **options)
        value = run_block(block, self._run_inside_block, Error)
        literal = exp.Literal.string(str(value)) if value is not None else exp.null()
        answer = exp.select(exp.alias_(literal, "anonymous block", quoted=True))
        return self._run_statement(answer.sql(dialect="snowflake"), server=True)

    def _run_inside_block(self, text: str) -> tuple[object, int]:
        self._run_statement(text, server=True)
        table: pa.Table | None = self._arrow_table
        value = table.column(0)[0].as_py() if table is not None and table.num_rows else None
        affected: int | None = self.rowcount
        return value, affected or 0

    def _run_statement(self, command: str, *args: Any, **options: Any) -> FakeSnowflakeCursor:
        """Where Snowflake waits for another's lock, try again until it is free."""
        if fixes.is_accepted_without_running(command, self.record) or fixes.is_removed_from_stage(
            command, self._conn.database, self._conn.schema
        ):
            command = _NOTHING_RAN
        if wait := _WAIT.search(command):
            time.sleep(int(wait[1]))
            command = _WAIT.sub(r"'waited \1 seconds'", command)
        deadline = time.monotonic() + LOCK_WAIT_SECONDS
        while True:
            try:
                super().execute(command, *args, **options)
            except Error:
                raise
            except Exception as error:
                # Inside a transaction the earlier statements are lost too: only the client can
                # start it again.
                can_wait = _is_lost_race(error) and not getattr(self._conn, _SESSION_FLAG, False)
                if not can_wait or time.monotonic() > deadline:
                    raise _sql_error(error) from error
                time.sleep(0.01)
            else:
                break
        if _TRANSACTION_BEGINS.match(command):
            setattr(self._conn, _SESSION_FLAG, True)
        elif _TRANSACTION_ENDS.match(command):
            setattr(self._conn, _SESSION_FLAG, False)
        return self

    def _describe_only(self, command: str) -> list[Any] | None:
        """Drivers describe before they execute; fakesnow would run a block twice to do so."""
        if immediate_text(command) is not None:
            command = "select '' as \"anonymous block\""
        command = _WAIT.sub("''", command)
        return super()._describe_only(command)

    def _execute(self, transformed: Expr, params: MutableParams | None = None) -> None:
        super()._execute(transformed, params)
        if isinstance(transformed, exp.Merge):
            table: pa.Table = self._arrow_table
            super()._execute(fixes.merge_counts(transformed, table.column(0)[0].as_py()), None)

    def _transform_explode(self, expression: Expr) -> list[Expr]:
        expression = fixes.repair(expression)
        if isinstance(expression, exp.Merge):
            return [fixes.repair_merge(expression)]
        return super()._transform_explode(expression)


async def query_request(request: Request) -> JSONResponse:
    response: JSONResponse = await fakesnow_server.query_request(request)
    if response.status_code != 500:
        return response
    message = json.loads(bytes(response.body))["message"]
    data = {"errorCode": "009998", "sqlState": "XX000"}
    return JSONResponse({"data": data, "code": "009998", "message": message, "success": False})


async def is_ready(_: Request) -> JSONResponse:
    return JSONResponse({"ready": True})


def application() -> Starlette:
    fixes.install()
    # The name under which a session looks up the class of its cursors.
    fakesnow.conn.FakeSnowflakeCursor = Cursor  # type: ignore[attr-defined]
    routes = [
        Route(route.path, query_request, methods=["POST"])
        if route.path == "/queries/v1/query-request"
        else route
        for route in fakesnow_server.routes
    ]
    return Starlette(routes=[*routes, Route("/ready", is_ready)])


if __name__ == "__main__":
    Cursor.record = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    uvicorn.run(application(), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
