"""What the state machine accepts and refuses, the same over every store."""

from __future__ import annotations

import time
from dataclasses import astuple
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from dbt_run_ledger.errors import InputError
from dbt_run_ledger.ingestion_runs import (
    Counts,
    CountsError,
    EventKeyError,
    IngestionRuns,
    MoveRefusedError,
    NotRunningError,
    RerunRefusedError,
    Run,
    RunNotFoundError,
    Transition,
    rules,
)
from tests.contract.ingestion_runs.ledgers import KIND, OFFICIAL, Ledger

ACCEPTED = {
    ("queued", "running"),
    ("running", "succeeded"),
    ("running", "failed"),
    ("running", "partial"),
    ("running", "cancelled"),
}
# Counts with which each status is right.
COUNTS = {"partial": {"success": 1, "failed": 1}, "failed": {"failed": 1}}
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def run_in(runs: IngestionRuns, status: str) -> Run:
    """A run of its own that has come to this status."""
    if status == "queued":
        return runs.queue(KIND, **OFFICIAL)
    run = runs.start(KIND, **OFFICIAL)
    if status == "running":
        return run
    return runs.finish(run.run_id, COUNTS.get(status), status=status)


def ask(runs: IngestionRuns, run: Run, status: str) -> Run:
    verbs: dict[str, Any] = {
        "running": runs.running,
        "succeeded": runs.succeed,
        "failed": runs.fail,
        "partial": runs.partial,
        "cancelled": runs.cancel,
    }
    if status == "queued":
        # There is no verb for it; the request for the same run is one for a queued one.
        return runs.queue(KIND, run_id=run.run_id, **OFFICIAL)
    moved: Run = verbs[status](run.run_id, COUNTS.get(status))
    return moved


def test_the_36_pairs(ledger: Ledger) -> None:
    """I21, I22, I23, I40, bars: five accepted, one cancelled by way of running (IC1), and all
    others refused by name, with row and audit untouched.
    """
    accepted, refused = set(), set()
    with ledger.runs() as runs:
        for status in rules.STATUSES:
            for asked in rules.STATUSES:
                run = run_in(runs, status)
                before = runs.transitions(run.run_id)
                if asked == "queued":
                    # Asking again for a run that is there gives it as it is.
                    assert ask(runs, run, asked) == runs.get(run.run_id) == run
                    assert runs.transitions(run.run_id) == before
                    refused.add((status, asked))
                    continue
                if (status, asked) not in ACCEPTED | {("queued", "cancelled")}:
                    with pytest.raises(MoveRefusedError) as caught:
                        ask(runs, run, asked)
                    assert (caught.value.status, caught.value.asked) == (status, asked)
                    assert caught.value.allowed == rules.MOVES[status]
                    assert f"is {status} and was asked to become {asked}" in str(caught.value)
                    assert runs.get(run.run_id) == run
                    assert runs.transitions(run.run_id) == before
                    refused.add((status, asked))
                    continue
                moved = ask(runs, run, asked)
                accepted.add((status, asked))
                assert moved.status == asked
                added = runs.transitions(run.run_id)[len(before) :]
                steps = [(each.from_status, each.to_status) for each in added]
                assert set(steps) <= ACCEPTED
                assert len(steps) == (2 if status == "queued" and asked == "cancelled" else 1)
    assert accepted == ACCEPTED | {("queued", "cancelled")}
    assert len(refused) == 30


def test_what_a_run_holds(ledger: Ledger) -> None:
    """I1-I17, I27-I30, I40: every column, the times in order, and the audit with who and why."""
    with ledger.runs(actor="collector") as runs:
        run = runs.queue(
            "incremental_update",
            mode="scheduled",
            target_types=["appearance", "official"],
            trace_id="trace-ü-'%s",
            requested_by="o'brien",
            target=10,
        )
        queued = runs.get(run.run_id)
        assert queued == run
        assert astuple(run.counts) == (10, 0, 0, 0, 10)
        assert (run.run_kind, run.mode, run.status) == ("incremental_update", "scheduled", "queued")
        assert run.target_types == ("appearance", "official")
        assert (run.trace_id, run.requested_by) == ("trace-ü-'%s", "o'brien")
        assert (run.parent_run_id, run.started_at, run.finished_at) == (None, None, None)
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        assert abs(now - run.created_at) < timedelta(seconds=30)

        started = runs.running(run.run_id, actor="me", event_key="s")
        assert started.started_at is not None
        assert (started.status, started.finished_at) == ("running", None)
        assert runs.progress(run.run_id, success=3, failed=1).counts == Counts(10, 4, 3, 1, 6)
        ended = runs.finish(run.run_id, {"success": 8, "failed": 1}, reason="password=hunter2 it's")
        assert ended.status == "partial"
        assert ended.counts == Counts(10, 9, 8, 1, 1)
        assert ended.percent_done == 90.0
        assert ended.created_at == run.created_at <= started.started_at == ended.started_at
        assert ended.finished_at is not None
        assert ended.started_at <= ended.finished_at
        check_audit(ledger, ended, runs.transitions(run.run_id))


def check_audit(ledger: Ledger, run: Run, moves: list[Transition]) -> None:
    first, last = moves
    came_from = (first.from_status, first.to_status, first.moved_at)
    assert came_from == ("queued", "running", run.started_at)
    assert (first.actor, first.event_key, first.trace_id) == ("me", "s", run.trace_id)
    came_from = (last.from_status, last.to_status, last.moved_at)
    assert came_from == ("running", "partial", run.finished_at)
    assert last.reason == "password=*** it's"
    if ledger.name in ("memory", "duckdb"):
        assert last.actor == "collector"


def test_the_same_event_twice_changes_nothing(ledger: Ledger) -> None:
    """I44: delivered again, early or late, an event gives the run as it is."""
    with ledger.runs() as runs:
        key = f"order-{ledger.name}"
        run = runs.queue(KIND, event_key=key, **OFFICIAL)
        assert runs.queue(KIND, event_key=key, **OFFICIAL) == run
        assert run.run_id == rules.run_id_of(key)
        started = runs.running(run.run_id, event_key="start")
        assert runs.running(run.run_id, event_key="start") == started
        newer = runs.progress(run.run_id, target=5, success=3)
        assert runs.progress(run.run_id, target=5, success=2) == newer
        assert runs.progress(run.run_id, target=5, success=3) == newer
        ended = runs.partial(run.run_id, event_key="end")
        assert runs.partial(run.run_id, event_key="end") == ended
        assert runs.finish(run.run_id, event_key="end") == ended
        assert runs.running(run.run_id, event_key="start") == ended
        moves = runs.transitions(run.run_id)
        assert [each.event_key for each in moves] == ["start", "end"]
        with pytest.raises(
            EventKeyError, match=r"has made run .* partial and was given to make it"
        ):
            runs.fail(run.run_id, event_key="end")
        open_run = runs.start(KIND, event_key=f"{key}-job", **OFFICIAL)
        with pytest.raises(EventKeyError, match="running and was given to make it by counts"):
            # One key for the start and the end would leave the run open without a word.
            runs.finish(open_run.run_id, event_key=f"{key}-job")
        runs.finish(open_run.run_id)
        again = runs.rerun(run.run_id, event_key=f"{key}-again")
        assert runs.rerun(run.run_id, event_key=f"{key}-again") == again
        cancelled = runs.cancel(again.run_id, event_key="stop")
        assert runs.cancel(again.run_id, event_key="stop") == cancelled
        assert runs.get(run.run_id) == ended
        assert len(runs.transitions(again.run_id)) == 2


REFUSED_COUNTS: list[tuple[str, dict[str, int], str]] = [
    ("succeed", {"target": 2, "success": 1}, "failed = unprocessed = 0"),
    ("succeed", {"success": 1, "failed": 1}, "failed = unprocessed = 0"),
    ("partial", {"success": 2}, "partial exactly when"),
    ("partial", {"failed": 2}, "partial exactly when"),
    ("fail", {"success": 1, "failed": 1}, "partial exactly when"),
    ("finish", {"target": 3, "success": 1, "unprocessed": 1}, "target = processed"),
    ("finish", {"processed": 3, "success": 1}, "processed = success"),
    ("progress", {"processed": 1, "success": 2}, "processed = success"),
    ("progress", {"success": -1}, "at least 0, got success = -1"),
    ("progress", {"sucess": 1}, "got sucess = 1"),
]


def test_counts_that_contradict_are_refused(ledger: Ledger) -> None:
    """I41, I42, IC3: nothing is written, and the message says what does not fit."""
    with ledger.runs() as runs:
        run = runs.start(KIND, **OFFICIAL)
        for verb, counts, message in REFUSED_COUNTS:
            with pytest.raises(CountsError, match=message):
                getattr(runs, verb)(run.run_id, counts)
        assert runs.get(run.run_id) == run
        # What the counts say, and what follows from them.
        by_counts = {
            "succeeded": ({"success": 2}, Counts(2, 2, 2, 0, 0)),
            "partial": ({"target": 4, "success": 2}, Counts(4, 2, 2, 0, 2)),
            "failed": ({"target": 4, "failed": 1}, Counts(4, 1, 0, 1, 3)),
        }
        for status, (given, after) in by_counts.items():
            ended = runs.finish(runs.start(KIND, **OFFICIAL).run_id, given)
            assert (ended.status, ended.counts) == (status, after)


def test_running_again(ledger: Ledger) -> None:
    """I24, I25, I26, I33, I45, I46, IC2, IC9: from failed, partial and cancelled alone; the ended
    run stays as it is; one active child; the chain leads to the root.
    """
    with ledger.runs() as runs:
        for status in ("queued", "running", "succeeded"):
            run = run_in(runs, status)
            decision = runs.rerun_decision(run.run_id)
            assert not decision.can_rerun
            with pytest.raises(RerunRefusedError, match=decision.reason):
                runs.rerun(run.run_id)
        for status in ("failed", "partial", "cancelled"):
            run = run_in(runs, status)
            assert runs.rerun_decision(run.run_id).can_rerun
            again = runs.rerun(
                run.run_id, requested_by="me", trace_id=f"t-{status}-{run.run_id[:8]}"
            )
            assert (again.status, again.parent_run_id) == ("queued", run.run_id)
            assert (again.run_kind, again.target_types) == (run.run_kind, run.target_types)
            assert again.trace_id != run.trace_id
            assert runs.get(run.run_id) == run
            with pytest.raises(
                RerunRefusedError, match=f"run {again.run_id} runs it again and is queued"
            ):
                runs.rerun(run.run_id)
            runs.cancel(again.run_id)
            third = runs.rerun(again.run_id)
            assert [each.run_id for each in runs.chain(third.run_id)] == [
                run.run_id,
                again.run_id,
                third.run_id,
            ]
            assert runs.history(trace_id=again.trace_id) == [runs.get(again.run_id)]
            # A parent whose child has ended may be run again itself.
            assert runs.rerun_decision(run.run_id).can_rerun
            assert len(runs.history(parent_run_id=run.run_id)) == 1


def test_history_is_newest_first(ledger: Ledger) -> None:
    """I31, I32, IC7: by start, a queued run by its making; filters and pages."""
    with ledger.runs() as runs:
        who = f"pager-{ledger.name}"
        made = [runs.queue(KIND, requested_by=who, **OFFICIAL) for _ in range(5)]
        # A later millisecond.
        time.sleep(0.01)
        runs.running(made[0].run_id)
        found = runs.history(requested_by=who)
        keys = [(run.started_at or run.created_at, run.run_id) for run in found]
        assert keys == sorted(keys, reverse=True)
        assert {run.run_id for run in found} == {run.run_id for run in made}
        assert found[0].run_id == made[0].run_id
        pages = [runs.history(requested_by=who, limit=2, offset=offset) for offset in (0, 2, 4)]
        assert [run for page in pages for run in page] == found
        assert [run.run_id for run in runs.history(requested_by=who, status="running")] == [
            made[0].run_id
        ]
        with pytest.raises(InputError, match="filter: expected"):
            runs.history(color="red")


def test_bad_input_is_told(ledger: Ledger) -> None:
    """Each message names what it expected and what it got; nothing is written."""
    with ledger.runs() as runs:
        with pytest.raises(RunNotFoundError, match=f"There is no run {UNKNOWN}"):
            runs.get(UNKNOWN)
        with pytest.raises(RunNotFoundError):
            runs.cancel(UNKNOWN)
        for wrong, message in (
            ({"mode": "never"}, "mode: expected manual, scheduled, got 'never'"),
            ({"target_types": []}, "target_types: expected one or more"),
            ({"target_types": ["official", "official"]}, "each once"),
            ({"target_types": ["other"]}, "target_types: expected official, appearance"),
            ({"run_id": "7"}, "run_id: expected a UUID"),
            ({"trace_id": ""}, "trace_id: expected a text of 1 to 64"),
            ({"requested_by": "x" * 65}, "requested_by: expected a text"),
            ({"target": -1}, "target = -1"),
        ):
            with pytest.raises(InputError, match=message):
                runs.queue(KIND, **{**OFFICIAL, **wrong})
        with pytest.raises(InputError, match="run_kind: expected official_ingestion"):
            runs.queue("other", **OFFICIAL)
        with pytest.raises(NotRunningError, match="is queued; only a running run has progress"):
            runs.progress(runs.queue(KIND, **OFFICIAL).run_id, success=1)


def test_a_sweep_closes_what_is_stuck(ledger: Ledger) -> None:
    """I27, I29, I41: queued and running ones alike, as failed with the reason, and no others."""
    with ledger.runs() as runs:
        queued = runs.queue(KIND, target=3, **OFFICIAL)
        running = runs.start(KIND, **OFFICIAL)
        runs.progress(running.run_id, target=4, processed=3, success=2)
        done = runs.succeed(runs.start(KIND, **OFFICIAL).run_id)
        assert runs.sweep(60) == []
        closed = {run.run_id: run for run in runs.sweep(-1)}
        assert {queued.run_id, running.run_id} <= set(closed)
        assert done.run_id not in closed
        assert (closed[queued.run_id].status, closed[queued.run_id].counts) == (
            "failed",
            Counts(3, 0, 0, 0, 3),
        )
        assert closed[running.run_id].counts == Counts(4, 2, 2, 0, 2)
        reasons = {each.reason for each in runs.transitions(running.run_id)[1:]}
        assert reasons == {"No end within -1 minutes; closed by a sweep"}
        assert runs.transitions(queued.run_id)[1].actor == "sweep"
        assert runs.sweep(-1) == []


def test_a_sweep_leaves_what_has_just_started(ledger: Ledger) -> None:
    """A run that was queued for too long and starts while the sweep is at work is not stuck."""
    with ledger.runs() as runs:
        run = runs.queue(KIND, **OFFICIAL)
        found = [each for each in runs.stuck(-1) if each.run_id == run.run_id]
        assert found == [run]
        runs.running(run.run_id)
        assert runs._close_stuck(found[0], "sweep", "late") is None
        assert runs.get(run.run_id).status == "running"
        runs.finish(run.run_id)
