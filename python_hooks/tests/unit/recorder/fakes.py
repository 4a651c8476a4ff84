"""A warehouse and a dbt that do what a test tells them, for the writer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dbt_run_ledger.recorder.ledger import Job
from dbt_run_ledger.recorder.redaction import Redaction
from dbt_run_ledger.recorder.spool import Spool
from dbt_run_ledger.recorder.state import Node, NodeFinished, NodeStarted
from dbt_run_ledger.recorder.writer import Recorder

PLAN: dict[str, Any] = {
    "is_on": True,
    "binding": "%s",
    "session": ["set limits"],
    "clock": None,
    "statements": {
        "alive": "alive <<process_step_id>>",
        "progress": "progress <<process_step_id>> <<counts>> <<document>> <<errors>>",
        "close": "close <<process_step_id>> <<status>> <<counts>> <<document>> <<errors>>",
        "insert": "insert <<process_step_id>> <<status>> <<config>> <<started_at>> <<ended_at>>",
    },
    "flush_seconds": 0.05,
    "lease_minutes": 15,
    "max_error_chars": 100,
    "document_limit": 100_000,
    "planned_models": 3,
}
JOB = Job("JOB_1", {"type": "DBT_JOB"}, {"target_name": "dev"}, {"invocation_id": "1"})


class FakeLedger:
    """Counts connections, keeps what was sent, and fails or hangs on demand."""

    def __init__(self, **plan: Any) -> None:
        self.answer = {**PLAN, **plan}
        self.sent: list[tuple[str, list[Any]]] = []
        self.open_connections = 0
        self.connections = 0
        self.refusal: Exception | None = None
        self.failure: Exception | None = None
        self.before: Callable[[str], None] = lambda _: None

    def plan(self) -> Mapping[str, Any]:
        return self.answer

    def facts(self) -> dict[str, Any]:
        return {"invocation_id": "1", "command": "run"}

    def redaction(self, longest: int) -> Redaction:
        return Redaction([["(password=)\\S+", "\\1***"]], ["s3cret"], longest=longest)

    def connect(self) -> FakeConnection:
        if self.refusal:
            raise self.refusal
        self.connections += 1
        self.open_connections += 1
        return FakeConnection(self)

    def words(self) -> list[str]:
        return [sql.split()[0] for sql, _ in self.sent]

    def values(self, word: str) -> list[list[Any]]:
        return [values for sql, values in self.sent if sql.split()[0] == word]


class FakeConnection:
    def __init__(self, ledger: FakeLedger) -> None:
        self._ledger = ledger

    def execute(self, sql: str, values: Sequence[Any] | None = None) -> str | None:
        self._ledger.before(sql)
        if self._ledger.failure and sql != "set limits":
            raise self._ledger.failure
        self._ledger.sent.append((sql, list(values or [])))
        return "2026-01-01 00:00:00.000" if sql == "clock" else None

    def close(self) -> None:
        self._ledger.open_connections -= 1


def recorder(ledger: FakeLedger, folder: Path, begin: bool = True) -> Recorder:
    made = Recorder(JOB, ledger, Spool(folder))
    if begin:
        made.begin(lambda work: work())
    return made


def started(name: str, at_ms: int = 1) -> NodeStarted:
    return NodeStarted(
        Node(f"model.p.{name}", name, "model"), at_ms, threading.current_thread().name
    )


def finished(name: str, status: str = "success", message: str | None = None) -> NodeFinished:
    return NodeFinished(Node(f"model.p.{name}", name, "model"), status, None, 2, message=message)
