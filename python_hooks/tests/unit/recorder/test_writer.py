"""The recorder's thread, against a warehouse that fails, hangs and comes back."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dbt_run_ledger.recorder import plan as plan_module
from dbt_run_ledger.recorder import writer
from dbt_run_ledger.recorder.spool import Spool
from tests.unit.recorder.fakes import FakeLedger, finished, recorder, started


def wait_until(holds: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.002)


def counts(values: list[Any]) -> tuple[int, int, int, int]:
    """Of a progress or close statement, whose counts are the only JSON with these keys."""
    (found,) = [json.loads(each) for each in values if str(each).startswith('{"total_models"')]
    return found["total_models"], found["completed"], found["failed"], found["running"]


def test_many_events_of_many_threads_are_few_writes(tmp_path: Path) -> None:
    """X35: the number of writes depends on time alone, and no event is lost."""
    ledger = FakeLedger(flush_seconds=0.2)
    made = recorder(ledger, tmp_path)
    made.row_is_there()
    begun = time.monotonic()

    def build(thread: int) -> None:
        for number in range(60):
            made.event(started(f"{thread}_{number}"))
            made.event(finished(f"{thread}_{number}"))

    threads = [threading.Thread(target=build, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_until(lambda: bool(ledger.values("progress")))
    assert made.close("FAILED", "the hook failed") is None
    most = (time.monotonic() - begun) / 0.2 + 1
    assert 1 <= len(ledger.values("progress")) <= most
    assert counts(ledger.values("close")[-1]) == (960, 960, 0, 0)
    assert ledger.open_connections == 0
    assert "run_ledger_recorder" not in {thread.name for thread in threading.enumerate()}


def test_with_an_interval_of_zero_every_state_is_seen(tmp_path: Path) -> None:
    """X27-X33, to the letter, even where the events come faster than the writes."""
    ledger = FakeLedger(flush_seconds=0)
    made = recorder(ledger, tmp_path)
    made.row_is_there()
    for name in ("a", "b", "c"):
        made.event(started(name))
        made.event(finished(name))
    wait_until(lambda: len(ledger.values("progress")) == 6)
    made.row_is_closed()
    assert [counts(values) for values in ledger.values("progress")] == [
        (1, 0, 0, 1),
        (1, 1, 0, 0),
        (2, 1, 0, 1),
        (2, 2, 0, 0),
        (3, 2, 0, 1),
        (3, 3, 0, 0),
    ]
    assert ledger.values("close") == []


def test_nothing_is_written_before_the_start_or_after_the_end(tmp_path: Path) -> None:
    """One writer per row: on-run-start inserts it, on-run-end closes it."""
    ledger = FakeLedger(flush_seconds=0)
    made = recorder(ledger, tmp_path)
    made.event(started("a"))
    time.sleep(0.05)
    assert (ledger.sent, ledger.connections) == ([], 0)
    made.row_is_there()
    wait_until(lambda: len(ledger.values("progress")) == 1)
    made.pause()
    made.event(finished("a"))
    time.sleep(0.05)
    assert len(ledger.values("progress")) == 1
    made.row_is_closed()
    assert ledger.words() == ["set", "progress"]


def test_the_end_waits_for_a_write_that_is_under_way(tmp_path: Path) -> None:
    """On DuckDB two updates of one row at once fail the second, which would be on-run-end's."""
    ledger = FakeLedger(flush_seconds=0)
    begun, go_on = threading.Event(), threading.Event()

    def slow(sql: str) -> None:
        if sql.startswith("progress"):
            begun.set()
            go_on.wait(5)

    ledger.before = slow
    made = recorder(ledger, tmp_path)
    made.row_is_there()
    made.event(started("a"))
    assert begun.wait(5)
    threading.Timer(0.1, go_on.set).start()
    made.pause()
    assert len(ledger.values("progress")) == 1
    made.row_is_closed()


def test_a_short_job_opens_no_connection(tmp_path: Path) -> None:
    """What ends within one interval costs the warehouse nothing."""
    ledger = FakeLedger(flush_seconds=5)
    made = recorder(ledger, tmp_path)
    made.row_is_there()
    made.event(started("a"))
    made.pause()
    made.row_is_closed()
    assert (ledger.connections, ledger.sent) == (0, [])


def test_a_quiet_job_gives_signs_of_life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The heartbeat, which lets the lease be short."""
    monkeypatch.setattr(plan_module, "HEARTBEAT_SECONDS", 0.05)
    monkeypatch.setattr(writer, "HEARTBEAT_SECONDS", 0.05)
    ledger = FakeLedger(flush_seconds=0.01)
    made = recorder(ledger, tmp_path)
    made.row_is_there()
    wait_until(lambda: len(ledger.values("alive")) >= 3)
    made.row_is_closed()
    assert ledger.values("progress") == []


def test_an_end_from_outside(tmp_path: Path) -> None:
    """X43: the row as it stood, closed or else written whole; what ran is CANCELLED."""
    ledger = FakeLedger(flush_seconds=5)
    made = recorder(ledger, tmp_path)
    made.event(started("a"))
    made.event(finished("a"))
    made.event(started("b"))
    assert made.close("CANCELLED", "Ctrl-C password=hidden s3cret") is None
    (close,), (insert,) = ledger.values("close"), ledger.values("insert")
    assert close[:2] == insert[:2] == ["JOB_1", "CANCELLED"]
    assert counts(close) == (2, 1, 0, 0)
    assert json.loads(close[4])[0]["message"] == "Ctrl-C password=*** ***"
    assert json.loads(insert[2]) == {"invocation_id": "1", "command": "run", "clock_offset_ms": 0}
    assert json.loads(close[3])["current_step"] == "JOB_CANCELLED"


def test_what_cannot_be_written_is_kept_and_loaded_once(tmp_path: Path) -> None:
    """The spool: by the next start, in order, before anything of its own."""
    refused = FakeLedger()
    refused.refusal = ConnectionError("refused, password=hidden")
    kept = []
    for number in range(3):
        made = recorder(refused, tmp_path)
        made.event(finished(f"m{number}", "error", "no s3cret"))
        path = made.close("FAILED")
        assert made.problem == "refused, password=***"
        assert path is not None
        kept.append(path)
    assert "hidden" not in kept[0].read_text()
    assert "s3cret" not in kept[0].read_text()

    ledger = FakeLedger(flush_seconds=60)
    made = recorder(ledger, tmp_path)
    made.row_is_there()
    wait_until(lambda: not Spool(tmp_path).waiting() and len(ledger.values("insert")) == 3)
    made.pause()
    made.row_is_closed()
    errors = [json.loads(values[4])[0]["model_name"] for values in ledger.values("close")]
    assert errors == ["m0", "m1", "m2"]
    assert list((tmp_path / "run_ledger").iterdir()) == []


def test_a_job_that_is_over_at_once_loads_them_too(tmp_path: Path) -> None:
    ledger = FakeLedger()
    ledger.refusal = ConnectionError("refused")
    recorder(ledger, tmp_path).close("FAILED")
    ledger.refusal = None
    recorder(ledger, tmp_path).row_is_closed()
    assert ledger.words() == ["set", "close", "insert"]
    assert Spool(tmp_path).waiting() == []


def test_a_warehouse_that_hangs_delays_dbt_by_no_more_than_the_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "END_SECONDS", 0.3)
    ledger = FakeLedger(flush_seconds=0)
    hangs = threading.Event()

    def hang(_: str) -> None:
        hangs.wait(20)

    ledger.before = hang
    made = recorder(ledger, tmp_path)
    made.row_is_there()
    made.event(finished("a"))
    begun = time.monotonic()
    path = made.close("CANCELLED", "Ctrl-C password=hidden")
    assert time.monotonic() - begun < 2
    assert path is not None
    text = path.read_text()
    # A warehouse that comes back after all takes the row that waits.
    hangs.set()
    assert (json.loads(text)["status"], made.problem) == ("CANCELLED", "no answer within 0 s")
    assert "hidden" not in text, "no patterns, no text"
    wait_until(lambda: Spool(tmp_path).waiting() == [])


def test_a_full_disk_is_the_callers_to_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = FakeLedger()
    ledger.refusal = ConnectionError("refused")

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left"):
        recorder(ledger, tmp_path).close("FAILED", "no")
    assert Spool(tmp_path).waiting() == []


def test_a_failed_write_is_tried_again_on_a_new_connection(tmp_path: Path) -> None:
    """A lock, a restart of the server: progress comes back, and nothing is lost meanwhile."""
    ledger = FakeLedger(flush_seconds=0.01)
    ledger.failure = ConnectionError("server closed the connection")
    made = recorder(ledger, tmp_path)
    made.row_is_there()
    made.event(started("a"))
    wait_until(lambda: ledger.connections == 1 and ledger.open_connections == 0)
    ledger.failure = None
    wait_until(lambda: bool(ledger.values("progress")))
    assert (ledger.connections, counts(ledger.values("progress")[0])) == (2, (1, 0, 0, 1))
    made.row_is_closed()
    assert ledger.open_connections == 0


def test_a_ledger_that_is_off_is_left_alone(tmp_path: Path) -> None:
    ledger = FakeLedger()
    ledger.answer = {"is_on": False}
    made = recorder(ledger, tmp_path)
    made.row_is_there()
    made.event(started("a"))
    assert made.close("FAILED", "no") is None
    assert ledger.sent == []
    assert Spool(tmp_path).waiting() == []


def test_macros_that_cannot_be_read_leave_a_row_without_its_text(tmp_path: Path) -> None:
    """A syntax error in a macro: no patterns for secrets, so no message; the rest is kept."""

    class Broken(FakeLedger):
        def facts(self) -> dict[str, Any]:
            raise ValueError("unexpected end of template")

    made = recorder(Broken(), tmp_path)
    path = made.close("FAILED", "password=hidden")
    assert path is not None
    row = json.loads(path.read_text())
    assert (row["status"], json.loads(row["config"])["invocation_id"]) == ("FAILED", "1")
    (error,) = json.loads(row["errors"])
    assert error["message"] == writer.NOT_KEPT


def test_a_thread_that_died_early_loses_no_row(tmp_path: Path) -> None:
    """The plan could not be read while the job ran: the end goes to the spool."""
    ledger = FakeLedger()
    ledger.answer = {"is_on": True}
    made = recorder(ledger, tmp_path)
    made.row_is_there()
    made.event(finished("a"))
    wait_until(lambda: made.problem is not None)
    path = made.close("SUCCESS")
    assert path is not None
    assert json.loads(path.read_text())["status"] == "SUCCESS"


def test_a_failure_without_a_reason_gets_one(tmp_path: Path) -> None:
    """X41: a job that FAILED has an error."""
    ledger = FakeLedger()
    recorder(ledger, tmp_path).close("FAILED")
    (close,) = ledger.values("close")
    assert json.loads(close[4])[0]["message"] == writer.UNEXPLAINED


def test_the_end_does_not_wait_for_the_rows_of_others(tmp_path: Path) -> None:
    """On-run-end waits for what the recorder is about, which may be a hundred rows of the spool."""
    refused = FakeLedger()
    refused.refusal = ConnectionError("refused")
    for _ in range(5):
        recorder(refused, tmp_path).close("FAILED")
    ledger = FakeLedger(flush_seconds=60)
    first = threading.Event()

    def slow(sql: str) -> None:
        if sql.startswith("close"):
            first.set()
            time.sleep(0.2)

    ledger.before = slow
    made = recorder(ledger, tmp_path)
    made.row_is_there()
    assert first.wait(5)
    made.pause()
    assert (len(ledger.values("close")), len(Spool(tmp_path).waiting())) == (1, 4)
    ledger.before = lambda _: None
    made.row_is_closed()


def test_many_errors_fit_into_a_statement(tmp_path: Path) -> None:
    """Snowflake takes no longer one: the row would be refused for ever."""
    ledger = FakeLedger(flush_seconds=60, document_limit=2_000, max_error_chars=1_000)
    made = recorder(ledger, tmp_path)
    made.row_is_there()
    for number in range(20):
        made.event(finished(f"m{number}", "error", "x" * 1_000))
    assert made.close("FAILED") is None
    (close,) = ledger.values("close")
    messages = [error["message"] for error in json.loads(close[4])]
    assert len(messages) == 20
    assert sum(message.count("x") for message in messages) <= 2_000
