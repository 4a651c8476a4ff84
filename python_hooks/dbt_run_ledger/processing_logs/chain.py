"""The chain: each entry's hash covers one digest and the entry before. Pure: rows in, hashes out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

FIRST = "0" * 64
# What an entry covers of a digest; the long texts through a hash of their own.
_COVERED = (
    *("digest_id", "kind", "execution_name", "log_month", "retention_class", "row_count"),
    *("success_count", "failed_count", "skipped_count", "first_log_id", "last_log_id"),
    *("log_ids", "row_tags", "digest", "manifest_sha256", "location"),
)

# What a digest of the kind `run` covers: every column of processing_logs_executions.
RUN_COLUMNS = (
    *("execution_name", "source_file", "content_sha256", "is_repeat", "file_rows"),
    *("total_count", "success_count", "failed_count", "skipped_count", "started_at", "ended_at"),
)


@dataclass(frozen=True)
class Head:
    """The newest entry, as somebody keeps it outside the warehouse."""

    entry_number: int
    entry_hash: str


def entry_hash(previous: str, number: int, digest: Mapping[str, Any]) -> str:
    values = [_text(digest[name]) for name in _COVERED]
    content = json.dumps([previous, number, *values], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    # Numbers of Snowflake come as Decimal, dates as datetime from some drivers.
    return str(value)[:10] if hasattr(value, "year") else str(int(str(value)))


def sealed_ids(digest: Mapping[str, Any]) -> list[int]:
    """The log_id of every row that a digest covers, in order."""
    if digest["log_ids"]:
        return [int(each) for each in digest["log_ids"].split(",")]
    return list(range(int(digest["first_log_id"]), int(digest["last_log_id"]) + 1))


def run_digest(run: Mapping[str, Any]) -> tuple[str, str]:
    """Of a row of processing_logs_executions: its digest, and eight digits a column that name the
    one that differs."""
    texts = [json.dumps([name, _exact(run[name])], ensure_ascii=False) for name in RUN_COLUMNS]
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()
    return digest, "".join(tag_of(text) for text in texts)


def tag_of(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:8]


def tag_at(tags: str, place: int) -> str:
    return tags[8 * place : 8 * place + 8]


def _exact(value: object) -> str | int | bool | None:
    """Alike from every driver: numbers of Snowflake come as Decimal, times with more or less digits."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="milliseconds")
    return int(str(value))
