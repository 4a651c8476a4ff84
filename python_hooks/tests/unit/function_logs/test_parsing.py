"""A line as values: what is read leniently, and what is rejected with a reason (A7, A9-A13, A24)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from dbt_run_ledger.function_logs.parsing import (
    COLUMNS,
    RejectedLineError,
    entry_values,
    utc_moment,
)


def parsed(**fields: Any) -> dict[str, Any]:
    values = entry_values(json.dumps({"log_id": "1", **fields}).encode())
    return dict(zip(COLUMNS, values, strict=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-02T03:04:05.678Z", "2026-01-02 03:04:05.678"),
        ("2026-01-02 03:04:05", "2026-01-02 03:04:05"),
        ("2026-01-02T03:04:05.6789999Z", "2026-01-02 03:04:05.678"),
        ("2026-01-02T03:04:05+09:00", "2026-01-01 18:04:05"),
        ("2026-01-02T23:30:00-0100", "2026-01-03 00:30:00"),
        ("2026-01-02T03:59:59.9999Z", "2026-01-02 03:59:59.999"),
    ],
)
def test_a_timestamp_becomes_utc(text: str, expected: str) -> None:
    """A9, A78."""
    assert utc_moment(text) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01T00:00:00Z", "2026-02-30 00:00:00", 1767323045, None]
)
def test_what_is_no_timestamp_is_none(text: object) -> None:
    assert utc_moment(text) is None


def test_values_are_read_as_the_columns_hold_them() -> None:
    row = parsed(
        log_id=7, duration_ms="12.5", status_code=200.0, exception="boom", metadata={"a": "x\x00y"}
    )
    assert (row["log_id"], row["duration_ms"], row["status_code"]) == ("7", 12.5, 200)
    assert row["exception"] == {"message": "boom"}
    assert row["metadata"] == {"a": "x\u2400y"}
    assert parsed(duration_ms="abc", status_code=True) == parsed()
    # A24: what the format does not know is kept, where it says something.
    assert parsed(new_field=[1], unset=None)["extra"] == {"new_field": [1]}
    assert parsed(unset=None) == parsed()
    assert parsed()["extra"] is None
    assert parsed(duration_ms="1e400")["duration_ms"] is None
    deep = json.loads("[" * 490 + "]" * 490)
    assert parsed(other=deep)["extra"] == {"other": deep}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{ broken", "not JSON: "),
        (b"\xff{}", "not UTF-8"),
        (b"[1, 2]", "expected a JSON object, got a list"),
        (b'"text"', "expected a JSON object, got a str"),
        (b"{}", "none of log_id, function_name and timestamp is there"),
        (b'{"log_id": "1", "duration_ms": NaN}', "not JSON: NaN is no JSON"),
        (b"[" * 100_000, "not JSON: "),
        (b'{"log_id": "1", "metadata": {"a": -1e400}}', "not JSON: -1e400 is too large a number"),
        (
            b'{"log_id": "1", "metadata": ' + b"[" * 600 + b"]" * 600 + b"}",
            "nested more than 500 levels deep",
        ),
    ],
)
def test_what_is_no_entry_says_why(line: bytes, reason: str) -> None:
    with pytest.raises(RejectedLineError) as caught:
        entry_values(line)
    assert str(caught.value).startswith(reason)


def test_no_depth_is_more_than_a_reject() -> None:
    """A27: where Python's own limit is met, by the reader or later, depends on who calls."""
    for depth in range(500, 1100):
        line = b'{"log_id": "1", "metadata": {"a": ' + b"[" * depth + b"]" * depth + b"}}"
        with pytest.raises(RejectedLineError):
            entry_values(line)
