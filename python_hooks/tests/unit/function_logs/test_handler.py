"""The logging handler: the format, and that it never blocks or breaks the program it serves."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from dbt_run_ledger import function_logs
from dbt_run_ledger.function_logs.entry import LONGEST_TEXT, entry_of
from dbt_run_ledger.function_logs.handler import FunctionLogHandler
from dbt_run_ledger.function_logs.places import Folder

SOURCES = Path(__file__).resolve().parents[3]
FIELDS = (
    *("log_id", "function_name", "invocation_id", "level", "message", "timestamp"),
    *("duration_ms", "status_code", "exception", "metadata"),
)


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    made = logging.getLogger(f"test.{uuid.uuid4()}")
    made.propagate = False
    yield made
    for handler in list(made.handlers):
        made.removeHandler(handler)
        handler.close()


def written(folder: Path) -> list[dict[str, Any]]:
    """Every entry in every file, oldest first; each file lies in the hour of its entries."""
    entries = []
    for path in folder.rglob("*.json"):
        for line in path.read_text().splitlines():
            entry = json.loads(line)
            hour = datetime.fromisoformat(entry["timestamp"].replace("Z", "+00:00"))
            assert path.parent.relative_to(folder).as_posix() == (
                f"{hour:YEAR=%Y/MONTH=%m/DAY=%d/HOUR=%H}"
            )
            entries.append(entry)
    return sorted(entries, key=lambda entry: str(entry["timestamp"]))


def test_an_entry_has_the_fields_of_the_format(tmp_path: Path, logger: logging.Logger) -> None:
    """A2-A13, A28, A34: two lines to install, the fields, redacted, with the invocation's own."""
    handler = function_logs.install(str(tmp_path), logger=logger)
    assert function_logs.install(str(tmp_path), logger=logger) is handler
    metadata = {"correlation_id": "C1", "user_id": "U1", "api_key": "hidden-1"}
    ends = logging.getLogger("dbt_run_ledger.invocation")
    ends.addHandler(handler)
    with (  # noqa: PT012 - what is logged before the error is the point
        pytest.raises(ValueError, match="hunter2"),
        function_logs.invocation("chat_endpoint", "INV1", metadata),
    ):
        logger.warning("connecting with password=%s", "hunter2", extra={"attempt": 2})
        raise ValueError("password=hunter2")
    ends.removeHandler(handler)
    handler.flush()
    first, last = written(tmp_path)
    assert tuple(first) == tuple(last) == FIELDS
    assert (first["function_name"], first["invocation_id"]) == ("chat_endpoint", "INV1")
    assert (first["level"], first["message"]) == ("WARNING", "connecting with password=***")
    assert first["metadata"] == {
        "correlation_id": "C1",
        "user_id": "U1",
        "api_key": "***",
        "attempt": 2,
        "logger": logger.name,
    }
    assert (first["duration_ms"], first["status_code"], first["exception"]) == (None, None, None)
    assert uuid.UUID(first["log_id"]) != uuid.UUID(last["log_id"])
    assert (last["level"], last["status_code"]) == ("ERROR", 500)
    assert 0 <= last["duration_ms"] < 60_000
    assert (last["exception"]["type"], last["exception"]["message"]) == (
        "ValueError",
        "password=***",
    )
    assert last["exception"]["context"] == {"user_id": "U1"}
    assert "hunter2" not in json.dumps(last)


def test_one_object_a_flush_and_hour(tmp_path: Path, logger: logging.Logger) -> None:
    """AC7, AC12: entries of two hours become two objects, however many they are."""
    handler = FunctionLogHandler(str(tmp_path), flush_seconds=60)
    handler._start = lambda: None  # type: ignore[method-assign]
    for minute in range(0, 120, 10):
        record = logger.makeRecord("x", logging.INFO, "f", 1, f"m{minute}", (), None)
        record.created = datetime(2026, 1, 2, 3, tzinfo=timezone.utc).timestamp() + minute * 60
        handler.emit(record)
    assert handler._write()
    files = sorted(
        path.relative_to(tmp_path).parent.as_posix() for path in tmp_path.rglob("*.json")
    )
    assert files == [f"YEAR=2026/MONTH=01/DAY=02/HOUR={hour:02}" for hour in (3, 4)]
    assert len(written(tmp_path)) == 12


class Failing(Folder):
    """A store that is away, until it is not."""

    def __init__(self, path: Path, failures: int) -> None:
        super().__init__(path)
        self.failures = failures

    def write(self, name: str, content: bytes) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("the store is away")
        super().write(name, content)


def test_what_cannot_be_written_is_kept_and_written_later(
    tmp_path: Path, logger: logging.Logger, capfd: pytest.CaptureFixture[str]
) -> None:
    handler = FunctionLogHandler(Failing(tmp_path, 3), flush_seconds=0.02, queue_entries=5)
    logger.addHandler(handler)
    for number in range(8):
        logger.error("number %d", number)
    assert handler.dropped == 3
    handler.flush()
    assert [entry["message"] for entry in written(tmp_path)] == [f"number {n}" for n in range(5)]
    lines = capfd.readouterr().err.splitlines()
    assert [line for line in lines if "the store is away" in line] == lines[:1]
    assert handler.failed_writes == 3


class Hanging(Folder):
    def write(self, name: str, content: bytes) -> None:  # noqa: ARG002
        threading.Event().wait(60)


def test_a_store_that_hangs_holds_nobody_up(tmp_path: Path, logger: logging.Logger) -> None:
    handler = FunctionLogHandler(Hanging(tmp_path), flush_seconds=0.01, exit_seconds=0.3)
    logger.addHandler(handler)
    started = time.perf_counter()
    for number in range(2_000):
        logger.error("number %d", number)
    assert time.perf_counter() - started < 5
    started = time.perf_counter()
    handler.close()
    assert time.perf_counter() - started < 2


def test_what_cannot_be_formatted_is_one_line_on_stderr(
    tmp_path: Path, logger: logging.Logger, capfd: pytest.CaptureFixture[str]
) -> None:
    handler = FunctionLogHandler(str(tmp_path))

    class Broken:
        def __str__(self) -> str:
            raise RuntimeError("no text")

    def emit(message: str, *args: object, **extra: object) -> None:
        handler.emit(logger.makeRecord("x", logging.INFO, "f", 1, message, args, None, extra=extra))

    emit("%s", Broken())
    emit("%d", "no number")
    emit("good", duration_ms=float("nan"), thing={1, "a"})
    handler.flush()
    assert [entry["message"] for entry in written(tmp_path)] == ["good"]
    assert capfd.readouterr().err.count("could not make a log entry") == 1
    handler.close()


PROGRAM = """
import logging, sys, threading, time
from dbt_run_ledger import function_logs
from dbt_run_ledger.function_logs.places import Folder
class Slow(Folder):
    def write(self, name, content):
        logging.getLogger("some.driver").warning("writing")  # the writer logs: it must not wait for itself
        time.sleep(float(sys.argv[2]))
        super().write(name, content)
handler = function_logs.FunctionLogHandler(Slow(sys.argv[1]), flush_seconds=30, exit_seconds=1.5)
logging.getLogger().addHandler(handler)
logging.getLogger().setLevel(logging.INFO)
logging.info("last words")
"""


@pytest.mark.parametrize(("write_seconds", "count"), [("0.1", 1), ("120", 0)])
def test_the_end_of_the_program_flushes_and_never_waits_for_long(
    tmp_path: Path, write_seconds: str, count: int
) -> None:
    """A writer that logs while logging.shutdown() waits for it would be a deadlock."""
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path), write_seconds],
        check=True,
        timeout=30,
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
    )
    assert time.perf_counter() - started < 20
    assert [entry["message"] for entry in written(tmp_path)] == ["last words"] * count


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes to fork on this system")
def test_a_forked_worker_writes_its_own_entries(tmp_path: Path, logger: logging.Logger) -> None:
    handler = function_logs.install(str(tmp_path), logger=logger, flush_seconds=30)
    logger.info("parent")
    child = os.fork()
    if child == 0:
        logger.info("child")
        handler.flush()
        os._exit(0)
    os.waitpid(child, 0)
    handler.flush()
    assert sorted(entry["message"] for entry in written(tmp_path)) == ["child", "parent"]


def test_a_long_text_is_cut_after_its_secrets_are_gone(logger: logging.Logger) -> None:
    """C5: half of a quoted secret is not known as one."""
    text = "x" * (LONGEST_TEXT - 20) + ' password="hunter two and more"'
    try:
        raise ValueError(text)
    except ValueError:
        error = sys.exc_info()
    record = logger.makeRecord("x", logging.INFO, "f", 1, text, (), error)
    entry = entry_of(record, "f")
    assert entry["message"].endswith(" password=***")
    assert entry["exception"]["message"].endswith(" password=***")
    assert "hunter" not in json.dumps(entry)
    long = logger.makeRecord("x", logging.INFO, "f", 1, "y" * 300_000, (), None)
    assert entry_of(long, "f")["message"] == "y" * LONGEST_TEXT
