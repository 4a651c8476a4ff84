"""A record of the logging module as a log entry: exactly the fields of the format."""

from __future__ import annotations

import json
import logging
import traceback
import uuid
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from dbt_run_ledger.function_logs.invocation import current
from dbt_run_ledger.function_logs.secrets import value_without_secrets, without_secrets

# Attributes that every record has; what else is there came with `extra`.
_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_FIELDS = frozenset({"function_name", "invocation_id", "duration_ms", "status_code", "metadata"})
_CONTEXT = ("user_id", "request_id")
LONGEST_TEXT = 100_000


def entry_of(record: logging.LogRecord, default_name: str) -> dict[str, Any]:
    """The entry without its secrets. Everything that comes with `extra` and has no field of its
    own goes into metadata."""
    given = {key: value for key, value in vars(record).items() if key not in _PLAIN}
    run = current.get()
    metadata = {
        **(run.metadata if run else {}),
        **(given["metadata"] if isinstance(given.get("metadata"), Mapping) else {}),
        **{key: value for key, value in given.items() if key not in _FIELDS},
        "logger": record.name,
    }
    invocation_id = given.get("invocation_id") or (run.invocation_id if run else None)
    return {
        "log_id": str(uuid.uuid4()),
        "function_name": str(
            given.get("function_name") or (run.function_name if run else default_name)
        ),
        "invocation_id": str(invocation_id) if invocation_id else None,
        "level": record.levelname,
        "message": _beginning(record.getMessage()),
        "timestamp": moment_of(record).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "duration_ms": _number(given.get("duration_ms")),
        "status_code": _number(given.get("status_code")),
        "exception": _exception(record, metadata),
        "metadata": value_without_secrets(metadata),
    }


def _beginning(text: str) -> str:
    """Cut after its secrets are gone: half of a quoted one would not be known as one."""
    return without_secrets(text[: 2 * LONGEST_TEXT])[:LONGEST_TEXT]


def moment_of(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, timezone.utc)


def line_of(entry: Mapping[str, Any]) -> bytes:
    return json.dumps(entry, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if abs(value) < float("inf") else None


def _exception(record: logging.LogRecord, metadata: Mapping[str, Any]) -> dict[str, Any] | None:
    if not record.exc_info or record.exc_info[1] is None:
        return None
    error = record.exc_info[1]
    stack = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return {
        "type": type(error).__name__,
        "message": _beginning(str(error)),
        "stacktrace": without_secrets(stack[-2 * LONGEST_TEXT :])[-LONGEST_TEXT:],
        "context": {
            name: value_without_secrets(metadata[name], name)
            for name in _CONTEXT
            if name in metadata
        },
    }
