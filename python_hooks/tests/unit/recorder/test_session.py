"""Ctrl-C while dbt runs, to the moment: with real signals, and a dbt that says what a test wants."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from dbt_run_ledger.recorder.dbt_core import ADDRESS
from dbt_run_ledger.recorder.ledger import Job
from dbt_run_ledger.recorder.session import INTERRUPTED, Session
from tests.unit.recorder.fakes import JOB, FakeLedger, started


class FakeInvocation(FakeLedger):
    """A command of dbt, and the ledger that it writes to."""

    def __init__(self, folder: Path) -> None:
        super().__init__(flush_seconds=60)
        self.target_folder = folder
        self.is_marked = False

    def job(self) -> Job:
        return JOB

    def mark(self) -> bool:
        self.is_marked = True
        return True

    def unmark(self) -> None:
        self.is_marked = False

    def remember_context(self) -> None:
        """There is none."""

    def run(self, work: Callable[[], None]) -> None:
        work()


@pytest.fixture
def invocation(tmp_path: Path) -> Iterator[FakeInvocation]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield FakeInvocation(tmp_path)
    signal.signal(signal.SIGINT, before)


def message(name: str, **data: object) -> SimpleNamespace:
    return SimpleNamespace(info=SimpleNamespace(name=name), data=SimpleNamespace(**data))


def running(invocation: FakeInvocation) -> Session:
    """Execution has begun, the row is there, and a model runs."""
    session = Session(invocation)  # type: ignore[arg-type]
    session(message("ConcurrencyLine"))
    session(message("JinjaLogDebug", msg=f"{ADDRESS}started"))
    session._recorder.event(started("a"))
    return session


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(5)


def press() -> None:
    with pytest.raises(KeyboardInterrupt):
        interrupt()


def check_closed(invocation: FakeInvocation) -> None:
    (values,) = invocation.values("close")
    assert values[:2] == ["JOB_1", "CANCELLED"]
    (document,) = (json.loads(each) for each in values if '"models":' in str(each))
    assert [step["status"] for step in document["models"]] == ["CANCELLED"]
    assert INTERRUPTED in str(values)


def test_the_first_ctrl_c_is_ended_by_dbts_last_event(invocation: FakeInvocation) -> None:
    """X43: dbt says itself that it was interrupted, and the row is closed then."""
    session = running(invocation)
    press()
    assert invocation.values("close") == []
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt:
        session(message("MainEncounteredError", exc=""))
    session(message("CommandCompleted", success=False))
    check_closed(invocation)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert not invocation.is_marked


def test_a_second_ctrl_c_closes_the_row_at_once(invocation: FakeInvocation) -> None:
    """X43: it may come where dbt has no event left to say."""
    session = running(invocation)
    press()
    press()
    check_closed(invocation)
    # Nothing of it is left for the next command of the same process.
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert not invocation.is_marked
    # And an event that comes after all changes nothing.
    session(message("CommandCompleted", success=False))
    check_closed(invocation)


def test_a_second_ctrl_c_waits_for_a_second_at_most(invocation: FakeInvocation) -> None:
    """A warehouse that does not answer keeps nobody who presses the keys again."""
    session = running(invocation)
    answers = threading.Event()

    def hang(_: str) -> None:
        answers.wait(20)

    invocation.before = hang
    press()
    begun = time.monotonic()
    press()
    assert time.monotonic() - begun < 3
    (kept,) = invocation.target_folder.rglob("*.json")
    assert json.loads(kept.read_text())["status"] == "CANCELLED"
    assert session._recorder.problem == "no answer within 1 s"
    # A warehouse that comes back after all takes the row that waits.
    answers.set()
    assert session._recorder._thread is not None
    session._recorder._thread.join(10)
