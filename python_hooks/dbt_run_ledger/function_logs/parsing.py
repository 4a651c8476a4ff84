"""One line of a log file as the values of the raw table, or the reason why it is no entry.

The rules are those by which DuckDB reads the files in place, so that all warehouses hold the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from math import isfinite
from typing import Any, NoReturn

from dbt_run_ledger.errors import InputError

_TIMESTAMP = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.](\d+))?)?"
    r"(?:Z|([+-])(\d{2}):?(\d{2}))?"
)
_NUMBER = re.compile(r"[+-]?(?:\d+[.]?\d*|[.]\d+)(?:[eE][+-]?\d+)?")
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")
_TEXTS = ("log_id", "function_name", "invocation_id", "level", "message")
FIELDS = (*_TEXTS, "timestamp", "duration_ms", "status_code", "exception", "metadata")
# The last one holds whatever else a line says.
COLUMNS = (*FIELDS, "extra")
# Levels of a document. Python's own limit depends on who calls, and is met later than here.
DEEPEST = 500


class RejectedLineError(InputError):
    """The line is no log entry."""


def entry_values(line: bytes) -> tuple[object, ...]:
    """The values of COLUMNS."""
    try:
        return _values(json.loads(line.decode(), parse_constant=_no_json, parse_float=_finite))
    except UnicodeDecodeError as error:
        raise RejectedLineError("not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise RejectedLineError(f"not JSON: {error}") from error


def _values(found: object) -> tuple[object, ...]:
    if not isinstance(found, dict):
        raise RejectedLineError(f"expected a JSON object, got a {type(found).__name__}")
    if all(found.get(name) is None for name in ("log_id", "function_name", "timestamp")):
        raise RejectedLineError("none of log_id, function_name and timestamp is there")
    if _is_too_deep(found):
        raise RejectedLineError(f"nested more than {DEEPEST} levels deep")
    return (
        *(_text(found.get(name)) for name in _TEXTS),
        utc_moment(found.get("timestamp")),
        _number(found.get("duration_ms")),
        _whole(found.get("status_code")),
        _document(found.get("exception"), "message"),
        _document(found.get("metadata"), "value"),
        _document(_others(found), ""),
    )


def _is_too_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        inner: list[object] = []
        for each in level:
            if isinstance(each, dict):
                inner += each.values()
            elif isinstance(each, list):
                inner += each
        level = [each for each in inner if isinstance(each, dict | list)]
        if not level:
            return False
    return True


def _others(found: Mapping[str, Any]) -> dict[str, Any] | None:
    """Fields that the format does not know and that have a value: a new one needs no new table."""
    return {
        name: value for name, value in found.items() if name not in FIELDS and value is not None
    } or None


def _no_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _finite(text: str) -> float:
    """Of 1e400 Python makes infinity, which no warehouse takes inside JSON."""
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text[:20]} is too large a number")
    return number


def _text(value: object) -> str | None:
    if value is None:
        return None
    return clean(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def clean(text: str) -> str:
    """Postgres refuses NUL and no warehouse takes half a surrogate pair."""
    return _HALF_A_PAIR.sub("\ufffd", text.replace("\x00", "\u2400"))


def utc_moment(value: object) -> datetime | None:
    """Naive UTC to the millisecond, cut and not rounded: an entry stays in its hour."""
    match = _TIMESTAMP.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        return None
    fraction = int((match[7] or "0")[:3].ljust(3, "0")) * 1000
    parts = [int(match[number] or 0) for number in range(1, 7)]
    offset = timedelta(hours=int(match[9] or 0), minutes=int(match[10] or 0))
    try:
        moment = datetime(*parts, fraction, tzinfo=timezone.utc)  # type: ignore[misc,arg-type]
        return (moment + (offset if match[8] == "-" else -offset)).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None


def _number(value: object) -> float | None:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e300 else None


def _whole(value: object) -> int | None:
    number = _number(value)
    return round(number) if number is not None and abs(number) < 2**62 else None


def _document(value: object, key: str) -> Mapping[str, Any] | None:
    """A JSON object: a text in its place is kept under a key of its own."""
    if value is None:
        return None
    document: dict[str, Any] = json.loads(
        clean(json.dumps(value if isinstance(value, dict) else {key: value})), object_hook=_cleaned
    )
    return document


def _cleaned(pairs: dict[str, Any]) -> dict[str, Any]:
    return {
        clean(key): clean(value) if isinstance(value, str) else value
        for key, value in pairs.items()
    }
