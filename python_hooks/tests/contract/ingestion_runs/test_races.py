"""Many writers at once, and writers that are killed: the rules hold, and one of them wins."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, suppress
from typing import Any

import pytest

from dbt_run_ledger.errors import ConflictError, StatementError
from dbt_run_ledger.ingestion_runs import (
    Counts,
    IngestionRuns,
    MoveRefusedError,
    NotRunningError,
    RerunRefusedError,
    rules,
)
from tests.contract.ingestion_runs.ledgers import KIND, OFFICIAL, Ledger
from tests.contract.ingestion_runs.test_moves import COUNTS, run_in

RUNS = 500
# Of 32 writers each run has more losers than winners; RUN_LEDGER_STRESS=1 races them for all 500.
RUNS_OF_MANY = RUNS if os.environ.get("RUN_LEDGER_STRESS") else 50
# A statement of the emulator waits for nobody: a writer that lost is told by an error of its own.
SIZES = {"memory": (32, RUNS), "duckdb": (8, 25), "snowflake": (3, 5)}


def attack(runs: IngestionRuns, targets: list[str], writer: int) -> list[str]:
    """Try to end each run in one of four ways; those that this writer has ended."""
    won = []
    for number, run_id in enumerate(targets):
        status = rules.TERMINAL[(writer + number) % 4]
        with suppress(MoveRefusedError):
            runs.finish(run_id, COUNTS.get(status), status=status, event_key=f"writer-{writer}")
            won.append(run_id)
    return won


def check_winners(ledger: Ledger, targets: list[str], won: list[list[str]]) -> None:
    """I40, I43: each run was won once, and its one audit row is the winner's."""
    winners = [(run_id, writer) for writer, found in enumerate(won) for run_id in found]
    assert Counter(run_id for run_id, _ in winners) == dict.fromkeys(targets, 1)
    with ledger.runs() as runs:
        for run_id, writer in winners:
            ended = [each for each in runs.transitions(run_id) if each.to_status != "running"]
            assert [each.event_key for each in ended] == [f"writer-{writer}"]
            assert ended[0].to_status == runs.get(run_id).status


def _process(ledger: Ledger, targets: list[str], writer: int, start: Any, answers: Any) -> None:  # noqa: ANN401
    # A process that was forked must not touch its parent's connection.
    with IngestionRuns.from_session(ledger.another()) as runs:
        start.wait()
        answers.put((writer, attack(runs, targets, writer)))


@pytest.mark.parametrize(("writers", "number"), [(8, RUNS), (32, RUNS_OF_MANY)])
def test_one_winner_among_processes(postgres: Ledger, writers: int, number: int) -> None:
    """I43, bars: 500 runs, 8 to 32 racing processes: exactly 500 winners and 500 audit rows."""
    targets = queued_and_started(postgres, number)
    context = multiprocessing.get_context("fork")
    start, answers = context.Barrier(writers), context.Queue()
    processes = [
        context.Process(target=_process, args=(postgres, targets, writer, start, answers))
        for writer in range(writers)
    ]
    for process in processes:
        process.start()
    won: list[list[str]] = [[] for _ in range(writers)]
    for _ in processes:
        writer, found = answers.get(timeout=120)
        won[writer] = found
    for process in processes:
        process.join(30)
    assert sum(len(found) for found in won) == number
    check_sums(postgres, targets, won)


def queued_and_started(postgres: Ledger, number: int) -> list[str]:
    """Many runs at once, by statements that the triggers let through."""
    trace = os.urandom(8).hex()
    postgres.raw(
        "insert into {runs} (run_id, run_kind, mode, status, target_types, trace_id)"
        " select gen_random_uuid(), 'official_ingestion', 'manual', 'queued', array['official'],"
        f" '{trace}' from generate_series(1, {number})"
    )
    postgres.raw(
        f"update {{runs}} set status = 'running', started_at = now() where trace_id = '{trace}'"
    )
    found = postgres.rows(f"select run_id from {{runs}} where trace_id = '{trace}'")
    return [str(row["run_id"]) for row in found]


def check_sums(postgres: Ledger, targets: list[str], won: list[list[str]]) -> None:
    listed = ", ".join(f"'{run_id}'" for run_id in targets)
    rows = postgres.rows(
        "select a.run_id, a.event_key, a.to_status, r.status from {audit} a join {runs} r"
        f" on r.run_id = a.run_id where a.from_status = 'running' and a.run_id in ({listed})"
    )
    assert len(rows) == len(targets)
    winners = {run_id: writer for writer, found in enumerate(won) for run_id in found}
    for row in rows:
        assert row["event_key"] == f"writer-{winners[str(row['run_id'])]}"
        assert row["to_status"] == row["status"]


def test_one_winner_among_threads(ledger: Ledger) -> None:
    """I43, bars: threads with a client each, or one client for all where there is one connection."""
    writers, number = SIZES.get(ledger.name, (8, 25))
    with ledger.runs() as runs:
        targets = [runs.start(KIND, **OFFICIAL).run_id for _ in range(number)]
    shared = ledger.runs() if ledger.name == "memory" else None
    clients = [shared or ledger.runs() for _ in range(writers)]
    start = threading.Barrier(writers)

    def work(writer: int) -> list[str]:
        start.wait()
        return patiently(lambda: attack(clients[writer], targets, writer), ledger.name)

    with ThreadPoolExecutor(writers) as pool:
        won = list(pool.map(work, range(writers)))
    for client in clients:
        client.close()
    check_winners(ledger, targets, won)


def patiently(change: Callable[[], list[str]], warehouse: str) -> list[str]:
    """The emulated Snowflake refuses what the real one lets wait; again, the same events change
    nothing, so that what a writer has won stays its own.
    """
    while True:
        try:
            return change()
        except StatementError:
            if warehouse != "snowflake":
                raise


def test_one_run_again_among_threads(ledger: Ledger) -> None:
    """I46: of many requests for the same run one is granted, however they interleave."""
    if ledger.name == "snowflake":
        pytest.skip("a lost conflict takes the emulator's transaction apart; Snowflake's waits")
    writers = 8
    with ledger.runs() as runs:
        parent = run_in(runs, "failed")
    shared = ledger.runs() if ledger.name == "memory" else None
    clients = [shared or ledger.runs() for _ in range(writers)]
    start = threading.Barrier(writers)

    def work(writer: int) -> list[str]:
        start.wait()
        with suppress(RerunRefusedError):
            key = f"{parent.run_id}-{writer}"
            return [clients[writer].rerun(parent.run_id, event_key=key).run_id]
        return []

    with ThreadPoolExecutor(writers) as pool:
        made = [run_id for found in pool.map(work, range(writers)) for run_id in found]
    for client in clients:
        client.close()
    with ledger.runs() as runs:
        assert [run.run_id for run in runs.history(parent_run_id=parent.run_id)] == made
    assert len(made) == 1


class Killing:
    """A connection that dies with its process before its n-th statement."""

    def __init__(self, warehouse: Any, after: int) -> None:  # noqa: ANN401
        self._send, self._left = warehouse._send, after
        warehouse._send = self

    def __call__(self, *arguments: Any) -> None:
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1
        self._send(*arguments)


def _die(postgres: Ledger, verb: str, run_id: str, after: int) -> None:
    session = postgres.another()
    Killing(session.warehouse, after)
    runs = IngestionRuns.from_session(session)
    getattr(runs, verb)(run_id)
    os._exit(0)


STATES = {"running": "queued", "fail": "running", "cancel": "queued", "rerun": "failed"}


@pytest.mark.parametrize("verb", STATES)
def test_killed_between_two_statements(postgres: Ledger, verb: str) -> None:
    """A SIGKILL before any statement leaves the move whole or not made; what it leaves open is
    closed by a sweep, as failed with its reason.
    """
    context = multiprocessing.get_context("fork")
    seen: set[str] = set()
    for after in range(30):
        with postgres.runs() as runs:
            run = run_in(runs, STATES[verb])
            before = len(runs.transitions(run.run_id))
            process = context.Process(target=_die, args=(postgres, verb, run.run_id, after))
            process.start()
            process.join(30)
            now = runs.get(run.run_id)
            added = runs.transitions(run.run_id)[before:]
            assert [each.to_status for each in added] in ([], [*rules.path(run.status, now.status)])
            assert (now.status == run.status) == (not added)
            seen |= {run.status, now.status}
            for again in runs.history(parent_run_id=run.run_id):
                assert again.status == "queued"
            if now.is_active:
                assert run.run_id in {each.run_id for each in runs.sweep(-1)}
                assert (
                    runs.transitions(run.run_id)[-1].reason
                    == "No end within -1 minutes; closed by a sweep"
                )
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
    else:
        pytest.fail("the verb has no end")
    assert after > 4
    ended = {"running": "running", "fail": "failed", "cancel": "cancelled", "rerun": "failed"}
    assert seen == {STATES[verb], ended[verb]}


def test_a_transaction_of_the_caller_s(ledger: Ledger) -> None:
    """A connection that the caller owns commits when the caller does, and takes all back."""
    if ledger.name in ("memory", "snowflake"):
        pytest.skip("no transaction of anybody's in memory; the emulator's are its own")
    connection = ledger.connect()
    if ledger.name == "postgres":
        connection.autocommit = False
    else:
        connection.execute("begin")
    runs = ledger.on(connection)
    dropped = runs.start(KIND, **OFFICIAL)
    assert runs.get(dropped.run_id).status == "running"
    connection.rollback()
    with ledger.runs() as others:
        assert others.history(trace_id=dropped.trace_id) == []
        if ledger.name == "duckdb":
            connection.execute("begin")
        kept = runs.start(KIND, **OFFICIAL)
        assert others.history(trace_id=kept.trace_id) == []
        connection.commit()
        assert [run.run_id for run in others.history(trace_id=kept.trace_id)] == [kept.run_id]
    connection.close()


def test_counts_of_another_session_are_not_lost(postgres: Ledger) -> None:
    """I41, I43: who ends a run, or reports on it, while another session's report is on its way
    waits for that report and starts from its counts.
    """
    for verb, given, after in (
        ("cancel", {}, Counts(9, 5, 5, 0, 4)),
        ("progress", {"failed": 6}, Counts(11, 11, 5, 6, 0)),
    ):
        with postgres.runs() as runs, closing(postgres.connect()) as connection:
            run = runs.start(KIND, target=9, **OFFICIAL)
            connection.autocommit = False
            postgres.on(connection).progress(run.run_id, success=5)
            with ThreadPoolExecutor(1) as pool:
                ended = pool.submit(getattr(runs, verb), run.run_id, given)
                wait([ended], timeout=0.5)
                connection.commit()
                assert ended.result(timeout=10).counts == after


def test_progress_beside_an_end(ledger: Ledger) -> None:
    """I23, I43: a report that comes with the end, or after it, is refused and changes nothing."""
    with ledger.runs() as runs:
        run = runs.start(KIND, **OFFICIAL)
        ended = runs.succeed(run.run_id, {"success": 1})
        with pytest.raises(NotRunningError, match="is succeeded; only a running run"):
            runs.progress(run.run_id, success=5)
        assert runs.get(run.run_id) == ended


def test_a_conflict_may_be_tried_again() -> None:
    """What stands in the way of a change is retryable by its type, and what the rules refuse is not."""
    assert ConflictError.is_retryable
    assert not MoveRefusedError.is_retryable
