"""What `run-ledger watch` makes of the rows that it sees."""

from __future__ import annotations

import io
import json
from typing import Any, TypeAlias

import pytest

from dbt_run_ledger.command_line import as_json_value
from dbt_run_ledger.errors import BusyError, LedgerMissingError, UnreachableError
from dbt_run_ledger.process_execution_log.history import Usual, standing_of, usual_of
from dbt_run_ledger.process_execution_log.jobs import Job
from dbt_run_ledger.process_execution_log.watch import Watcher, end_line, lines_of, snapshot, watch
from dbt_run_ledger.terminal import LiveArea
from tests.unit.process_execution_log.made_jobs import at, job, step

EARLIER = [
    job("SUCCESS", step("a", end=10), step("b", start=10, end=40), end=40),
    job("FAILED", step("a", end=14), step("b", "ERROR", start=14, end=15), end=15),
    job("SUCCESS", step("a", end=12), step("b", start=12, end=32), end=60),
]


def test_what_is_usual_is_the_median_of_what_succeeded() -> None:
    assert usual_of(EARLIER) == Usual(
        seconds=50, steps={"model.shop.a": 12, "model.shop.b": 25}, step_count=2
    )
    assert usual_of([]) == Usual()


def test_the_share_of_the_usual_work_that_is_left_in_the_usual_time() -> None:
    usual = usual_of(EARLIER)
    running = job("RUNNING", step("a", end=20), step("b", "RUNNING", start=20), now=30, planned=2)
    standing = standing_of(running, usual)
    assert (standing.done, standing.total, standing.what) == (1, 2, "models")
    # a is done (12 of 37 s of work), b since 10 s of its 25: 15 of 37 are left of 50 s.
    assert standing.remaining_seconds == pytest.approx(50 * 15 / 37)
    # b takes longer than ever: nothing is left that could be counted.
    late = job("RUNNING", step("a", end=20), step("b", "RUNNING", start=20), now=90, planned=2)
    assert standing_of(late, usual).remaining_seconds == 0


def test_without_history_the_pace_so_far_decides() -> None:
    running = job("RUNNING", step("a", end=10), step("b", "RUNNING", start=10), now=20, planned=4)
    assert standing_of(running, Usual()).remaining_seconds == 60
    assert standing_of(job("RUNNING", planned=4), Usual()).remaining_seconds is None


def test_without_steps_the_clock_decides() -> None:
    usual = usual_of(EARLIER)
    assert standing_of(job("RUNNING", planned=2, now=20), usual).remaining_seconds == 30
    assert standing_of(job("RUNNING", planned=2, now=80), usual).remaining_seconds == 0
    # A job of tests alone has no model that was planned: its last run says how many there are.
    tests = job("RUNNING", step("t", resource_type="test", end=1), now=2)
    standing = standing_of(tests, usual)
    assert (standing.done, standing.total, standing.what) == (1, 2, "steps")


def test_a_job_as_a_person_sees_it() -> None:
    usual = Usual(seconds=50, steps={"model.shop.a": 10, "model.shop.b": 4, "model.shop.c": 90})
    running = job(
        "RUNNING",
        step("a", end=10),
        step("bad", "ERROR", end=3),
        step("b", "RUNNING", start=10),
        step("long_name", "RUNNING", start=28, unique_id="model.shop.c"),
        now=30,
        planned=8,
    )
    seen = snapshot(running, usual)
    # 10 of a, 4 of b, 2 of c are done: 16 of 104.
    assert seen["remaining_seconds"] == pytest.approx(50 * 88 / 104)
    assert seen["estimated_end_at"] == at(30 + 42)
    assert lines_of(seen) == [
        "shop build (dev)  running for 30 s, usually 50 s",
        "[########......................] 2 of 8 models, 1 failed; ends about 12:01:12 UTC, in 42 s",
        "  RUNNING    FOR   USUALLY",
        "  b          20 s  4 s         slow",
        "  long_name  2 s   1 min 30 s",
    ]
    assert seen["failures"] == [
        {
            "unique_id": "model.shop.bad",
            "model_name": "bad",
            "resource_type": "model",
            "error": "boom",
        }
    ]
    json.dumps(seen, default=as_json_value)


def test_a_job_that_nobody_heard_of_for_longer_than_its_lease_is_lost() -> None:
    """As the models read it, X43: from the end of the lease on, without a sweep."""
    silent = job("RUNNING", now=3_601)
    assert (silent.status, silent.ended_at, silent.seconds) == ("LOST", at(0), 0)
    assert job("RUNNING", now=3_600).status == "RUNNING"
    assert job("SUCCESS", now=9_999, end=5).status == "SUCCESS"
    assert lines_of(snapshot(silent, Usual())) == [
        f"shop build (dev)  LOST: no sign of life for 1 h 00 min, {silent.id}"
    ]


Look: TypeAlias = tuple[list[Job], list[Job]] | BaseException


class Looks(Watcher):
    """A watcher whose looks are given: rows, or an error."""

    def __init__(self, *looks: Look, wanted: str | None = None) -> None:
        super().__init__(lambda: pytest.fail("no session is needed"), wanted)
        self._looks = list(looks)

    def look(self) -> tuple[list[dict[str, Any]], list[Job]]:
        found = self._looks.pop(0)
        if isinstance(found, BaseException):
            raise found
        seen, ended = found
        return [snapshot(each, Usual()) for each in seen], ended


BAD = step("bad", "ERROR", end=3)
FIRST = job("RUNNING", step("a", "RUNNING"), now=1, planned=2)
SECOND = job("RUNNING", BAD, step("a", "RUNNING"), now=2, planned=2)
ENDED = job("FAILED", BAD, step("a", end=9), end=9, planned=2)


def watched(watcher: Watcher, **options: Any) -> tuple[int, str]:
    stream = io.StringIO()
    given = {"interval": 0, "is_once": False, "is_json": False, **options}
    return watch(watcher, stream=stream, **given), stream.getvalue()


def test_failures_and_ends_are_told_once_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dbt_run_ledger.terminal.LINE_SECONDS", 0)
    looks: list[Look] = [([FIRST], []), ([SECOND], []), ([SECOND], []), ([], [ENDED])]
    code, said = watched(Looks(*looks, KeyboardInterrupt()))
    assert code == 0
    assert said.count("ERROR  model bad: boom\n") == 1
    assert said.splitlines()[-2:] == [end_line(ENDED), "nothing is running"]
    assert end_line(ENDED) == "FAILED  shop build (dev) after 9 s: bad: boom"


@pytest.mark.parametrize(("status", "code"), [("SUCCESS", 0), ("FAILED", 1), ("LOST", 1)])
def test_the_job_that_is_followed_decides_the_exit_code(status: str, code: int) -> None:
    ended = job(status, end=9)
    assert watched(Looks(([FIRST], []), ([], [ended]), wanted=ended.id))[0] == code


def test_a_warehouse_that_is_away_for_a_moment_is_waited_for() -> None:
    away = [UnreachableError("gone") for _ in range(3)]
    code, said = watched(Looks(*away, ([FIRST], []), KeyboardInterrupt()))
    assert code == 0
    assert said.splitlines()[0] == "cannot look: gone"
    with pytest.raises(UnreachableError):
        watched(Looks(*[UnreachableError("gone") for _ in range(99)]))
    # dbt holds its DuckDB file for as long as it runs: that is no trouble, however often.
    code, _ = watched(Looks(*[BusyError() for _ in range(50)], KeyboardInterrupt()))
    assert code == 0
    with pytest.raises(BusyError):
        watched(Looks(BusyError()), is_once=True)
    with pytest.raises(LedgerMissingError):
        watched(Looks(LedgerMissingError()))


def test_json_is_one_document_a_look() -> None:
    looks = Looks(([FIRST], []), ([], [ENDED]), KeyboardInterrupt())
    _, said = watched(looks, is_json=True)
    first, second = (json.loads(line) for line in said.splitlines())
    assert [each["process_step_id"] for each in first["running"]] == [FIRST.id]
    assert first["running"][0]["running"][0]["elapsed_seconds"] == 1
    assert (second["running"], second["ended"][0]["status"]) == ([], "FAILED")


def test_lines_are_drawn_in_place_on_a_terminal() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    area = LiveArea(stream)
    area.show(["one", "two"])
    area.show(["three"], ["news"])
    assert stream.getvalue() == "one\ntwo\n\x1b[2A\r\x1b[Jnews\nthree\n"
