"""The state of a job against a second, slower account of the same events."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from itertools import chain
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dbt_run_ledger.recorder.state import (
    STEP_STATUSES,
    Interrupted,
    JobState,
    Node,
    NodeCancelled,
    NodeFinished,
    NodeStarted,
)

Counts = tuple[int, int, int, int]
StartOrEnd = NodeStarted | NodeFinished


def model(name: str, kind: str = "model") -> Node:
    return Node(f"{kind}.shop.{name}", name, kind, "dev_db", "analytics")


def started(name: str, at_ms: int = 0, kind: str = "model") -> NodeStarted:
    return NodeStarted(model(name, kind), at_ms, "Thread-1 (worker)")


def finished(name: str, status: str = "success", at_ms: int = 1, **more: Any) -> NodeFinished:
    return NodeFinished(model(name, more.pop("kind", "model")), status, None, at_ms, **more)


def four(state: JobState) -> Counts:
    counts = state.counts()
    return counts["total_models"], counts["completed"], counts["failed"], counts["running"]


def test_the_seven_snapshots_of_the_document() -> None:
    """X27-X33, X25, XC8: three models one after the other."""
    state = JobState(planned_models=3)
    seen, words = [four(state)], [state.current_step]
    for name in ("a", "b", "c"):
        for event in (started(name), finished(name)):
            assert state.apply(event)
            seen.append(four(state))
            words.append(state.current_step)
    state.close("SUCCESS")
    assert seen == [
        (0, 0, 0, 0),
        (1, 0, 0, 1),
        (1, 1, 0, 0),
        (2, 1, 0, 1),
        (2, 2, 0, 0),
        (3, 2, 0, 1),
        (3, 3, 0, 0),
    ]
    assert words[:3] == ["JOB_STARTED", "MODEL_STARTED:a", "MODEL_COMPLETED:a"]
    assert state.current_step == "JOB_COMPLETED"
    assert state.counts()["planned_models"] == 3


def test_a_step_reads_as_the_macros_write_it() -> None:
    """X22-X24: every key, times moved to the warehouse's clock, seconds rounded down."""
    state = JobState(offset_ms=500)
    state.apply(started("a", at_ms=1_765_360_801_000))
    parts: dict[str, Any] = {"compile_ms": 20, "execute_ms": 70_000}
    state.apply(finished("a", at_ms=1_765_360_875_999, rows_affected=7, query_id="q1", **parts))
    document = state.document()
    assert document["current_step"] == "MODEL_COMPLETED:a"
    assert document["models"] == [
        {
            "model_name": "a",
            "database": "dev_db",
            "schema": "analytics",
            "status": "SUCCESS",
            "start_time": "2025-12-10 10:00:01.500",
            "end_time": "2025-12-10 10:01:16.499",
            "duration_seconds": 74,
            "error": None,
            "unique_id": "model.shop.a",
            "resource_type": "model",
            "thread": "Thread-1 (worker)",
            "duration_ms": 74_999,
            "wait_ms": None,
            "compile_ms": 20,
            "execute_ms": 70_000,
            "rows_affected": 7,
            "query_id": "q1",
            "failures": None,
            "dbt_status": "success",
        }
    ]


def test_failures_warnings_and_skips() -> None:
    """X40-X42, XC5: one object per error, a warning is complete, a skip never started."""
    state = JobState()
    state.apply(started("bad", 1))
    state.apply(finished("bad", "error", 2, message="no such table"))
    state.apply(started("after", 3))
    state.apply(finished("after", "skipped", 4))
    state.apply(finished("few", "warn", 5, kind="test", failures=3, message="Got 3 results"))
    state.apply(finished("none", "fail", 6, kind="test", failures=1))
    assert four(state) == (2, 0, 1, 0)
    assert state.counts()["skipped"] == 1
    steps = {step["model_name"]: step for step in state.document()["models"]}
    assert [steps[name]["status"] for name in ("bad", "after", "few", "none")] == [
        "ERROR",
        "SKIPPED",
        "WARN",
        "ERROR",
    ]
    assert list(steps)[-1] == "after"
    assert (steps["after"]["start_time"], steps["after"]["duration_ms"]) == (None, None)
    assert (steps["few"]["error"], steps["few"]["failures"]) == ("Got 3 results", 3)
    assert state.errors() == [
        {
            "unique_id": "model.shop.bad",
            "model_name": "bad",
            "resource_type": "model",
            "status": "error",
            "message": "no such table",
        },
        {
            "unique_id": "test.shop.none",
            "model_name": "none",
            "resource_type": "test",
            "status": "fail",
            "message": "fail",
        },
    ]


@pytest.mark.parametrize("status", ["CANCELLED", "FAILED"])
def test_an_end_from_outside_leaves_no_step_running(status: Literal["CANCELLED", "FAILED"]) -> None:
    """X43: what ran is CANCELLED, what had ended stays as it was."""
    state = JobState()
    state.apply(started("done"))
    state.apply(finished("done"))
    state.apply(started("cut"))
    assert state.close(status, "Ctrl-C")
    assert four(state) == (2, 1, 0, 0)
    assert state.counts()["cancelled"] == 1
    assert state.current_step == f"JOB_{status}"
    steps = {step["model_name"]: step for step in state.document()["models"]}
    assert (steps["cut"]["status"], steps["cut"]["end_time"]) == ("CANCELLED", None)
    assert state.errors() == [
        {
            "unique_id": None,
            "model_name": None,
            "resource_type": "job",
            "status": status.lower(),
            "message": "Ctrl-C",
        }
    ]


def test_what_a_ctrl_c_cut_off_did_not_fail() -> None:
    """X43: dbt cancels the query of a model, which then reports an error."""
    state = JobState()
    for name in ("cut", "broken", "quick"):
        state.apply(started(name))
    state.apply(finished("broken", "error", message="no such table"))
    assert not state.apply(NodeCancelled("model.shop.cut"))
    state.apply(NodeCancelled("model.shop.quick"))
    state.apply(NodeCancelled("master"))
    state.apply(finished("cut", "error", message="canceling statement"))
    state.apply(finished("quick"))
    state.close("CANCELLED")
    steps = {step["model_name"]: step["status"] for step in state.document()["models"]}
    assert steps == {"cut": "CANCELLED", "broken": "ERROR", "quick": "SUCCESS"}
    assert [error["model_name"] for error in state.errors()] == ["broken"]


def test_after_a_ctrl_c_an_error_is_its_consequence() -> None:
    """X43: a second Ctrl-C can keep dbt from naming what it cut off."""
    state = JobState()
    state.apply(finished("broken", "error", message="no such table"))
    state.apply(started("cut"))
    assert not state.apply(Interrupted())
    state.apply(finished("cut", "error", message="canceling statement"))
    state.apply(finished("quick"))
    state.close("CANCELLED")
    steps = {step["model_name"]: step["status"] for step in state.document()["models"]}
    assert steps == {"broken": "ERROR", "cut": "CANCELLED", "quick": "SUCCESS"}


def test_many_errors_share_the_room_of_one_row() -> None:
    """A thousand failures of a megabyte each stay within about a million characters twice."""
    state = JobState()
    for number in range(1000):
        state.apply(finished(f"m{number}", "error", message="x" * 1_000_000))
        if number == 0:
            assert len(state.document_text()) < 5000
    assert len(state.document_text()) < 2_000_000
    assert len(json.dumps(state.errors())) < 1_500_000
    assert state.errors()[0]["message"].endswith("... (999000 more characters)")


def test_a_word_that_dbt_may_add_is_no_success() -> None:
    state = JobState()
    state.apply(finished("a", "exploded"))
    assert four(state) == (1, 0, 1, 0)


KINDS = ("model", "seed", "snapshot", "test")
STATUSES = (*STEP_STATUSES, "a word of tomorrow")
NODES = st.lists(
    st.tuples(st.sampled_from(KINDS), st.sampled_from(STATUSES), st.booleans()), max_size=20
)
# RUN_LEDGER_EXAMPLES=10000 for a long run.
few = settings(max_examples=int(os.environ.get("RUN_LEDGER_EXAMPLES", "60")), deadline=None)


def interleaved(threads: list[list[StartOrEnd]], order: random.Random) -> list[StartOrEnd]:
    """Each thread's events in their order, the threads mixed."""
    queues = [list(reversed(each)) for each in threads if each]
    mixed = []
    while queues:
        queue = order.choice(queues)
        mixed.append(queue.pop())
        queues = [each for each in queues if each]
    return mixed


def expected(events: list[StartOrEnd]) -> tuple[Counter[str], Counter[str]]:
    """Statuses of all steps and of models, from the last event of each node."""
    last = {event.node.unique_id: event for event in events}
    every: Counter[str] = Counter()
    models: Counter[str] = Counter()
    for event in last.values():
        status = "RUNNING"
        if isinstance(event, NodeFinished):
            status = STEP_STATUSES.get(event.dbt_status, "ERROR")
        every[status] += 1
        models[status] += event.node.resource_type == "model"
    return every, models


@few
@given(nodes=NODES, threads=st.integers(1, 16), order=st.randoms(use_true_random=False))
def test_any_interleaving_gives_the_same_counts(
    nodes: list[tuple[str, str, bool]], threads: int, order: random.Random
) -> None:
    """X27-X35: after each event the counts are right and add up, however threads interleave."""
    queues: list[list[StartOrEnd]] = [[] for _ in range(threads)]
    for number, (kind, status, has_ended) in enumerate(nodes):
        events: list[StartOrEnd] = [started(f"n{number}", number, kind)]
        if has_ended:
            events.append(finished(f"n{number}", status, number + 1, kind=kind))
        queues[number % threads] += events
    mixed = interleaved(queues, order)
    state = JobState()
    for number, event in enumerate(mixed, start=1):
        assert state.apply(event)
        every, models = expected(mixed[:number])
        counts, summary = state.counts(), state.summary()
        assert counts["total_models"] == models.total()
        assert counts["completed"] == models["SUCCESS"] + models["WARN"]
        assert [counts[word] for word in ("failed", "running", "skipped")] == [
            models[word] for word in ("ERROR", "RUNNING", "SKIPPED")
        ]
        assert summary == {
            "total": every.total(),
            **{word.lower(): every[word] for word in ("SUCCESS", "ERROR", "RUNNING", "SKIPPED")},
            "warn": every["WARN"],
            "cancelled": 0,
        }
    document = state.document()
    assert len(document["models"]) == len({event.node.unique_id for event in mixed})
    starts = [step["start_time"] for step in document["models"] if step["start_time"]]
    assert starts == sorted(starts)
    assert len(state.errors()) == state.summary()["error"]


@few
@given(nodes=NODES, order=st.randoms(use_true_random=False))
def test_nothing_that_comes_twice_or_late_changes_anything(
    nodes: list[tuple[str, str, bool]], order: random.Random
) -> None:
    """X47: repeated events are idempotent, a step that has ended stays, and so does a closed job."""
    pairs: list[list[StartOrEnd]] = [
        [started(f"n{number}", number, kind), finished(f"n{number}", status, kind=kind)]
        for number, (kind, status, _) in enumerate(nodes)
    ]
    events = list(chain.from_iterable(pairs))
    state = JobState()
    for event in events:
        state.apply(event)
    before = state.document(), state.counts(), state.errors()
    again = [*events, *(NodeFinished(event.node, "error", None, 99) for event in events)]
    order.shuffle(again)
    assert not any(state.apply(event) for event in again)
    assert (state.document(), state.counts(), state.errors()) == before

    assert state.close("CANCELLED")
    closed = state.document(), state.counts(), state.errors()
    assert not any(state.apply(event) for event in [*again, started("late"), finished("later")])
    assert not state.close("SUCCESS")
    assert not state.close("FAILED", "too late")
    assert (state.document(), state.counts(), state.errors(), state.status) == (
        *closed,
        "CANCELLED",
    )
