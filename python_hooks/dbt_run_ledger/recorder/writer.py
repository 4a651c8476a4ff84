"""The one thread that writes: it takes in what the callbacks appended, and sends the whole row.

    dbt's threads:  event()  ->  queue
    this thread:    queue -> JobState -> one UPDATE at most once per flush interval
    dbt's end:      end()    ->  this thread closes the row, or the row goes to the spool

Nothing here knows dbt or a warehouse: ``Ledger`` and ``Connection`` are what it needs of them.
What a signal handler may call rings a bell and waits, and takes no lock that it may hold already.
"""

from __future__ import annotations

import contextlib
import json
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from dbt_run_ledger.recorder.ledger import Connection, Job, Ledger
from dbt_run_ledger.recorder.plan import HEARTBEAT_SECONDS, Plan
from dbt_run_ledger.recorder.redaction import Redaction, clean
from dbt_run_ledger.recorder.spool import Spool
from dbt_run_ledger.recorder.state import (
    ROOM_FOR_ERRORS,
    JobState,
    JobStatus,
    NodeEvent,
    NodeFinished,
    Row,
    time_text,
)

# dbt never waits longer than this for the end of the recorder.
END_SECONDS = 10.0
# Nor longer than this after a second Ctrl-C, and for a connection to close.
HURRY_SECONDS = 1.0
# How long on-run-end waits for a write that is under way. A write is bounded by the session's
# time-outs where there is a network, and by the disk where there is none.
PAUSE_SECONDS = 30.0
# A write may take this share of the time: on a slow warehouse a long document is sent less often.
BUSY_SHARE = 0.02
LONGEST_BACKOFF_SECONDS = 60.0
# A document in the spool has no statement to fit into, but is no place for a gigabyte either.
LONGEST_KEPT_DOCUMENT = 50_000_000
NOT_KEPT = "see dbt's log: the text is not kept, because the patterns for secrets were not there"
UNEXPLAINED = "dbt ended with an error that no step shows"


@dataclass(frozen=True)
class End:
    """How a job ended."""

    status: JobStatus
    message: str | None
    at_ms: int


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class Recorder:
    """Records one job."""

    def __init__(self, job: Job, ledger: Ledger, spool: Spool) -> None:
        self._job, self._ledger, self._spool = job, ledger, spool
        self._started_ms = now_ms()
        self._plan: Plan | None = None
        self._is_switched_off = False
        # Asked for when needed: most jobs have neither an error nor an end that nobody wrote.
        self._redaction: Redaction | None = None
        self._facts: Row | None = None
        self._connection: Connection | None = None
        self._is_prepared = False
        self._state = JobState()
        self._guard = threading.Lock()  # the state's; never held while the warehouse works
        self._writing = threading.Lock()
        self._events: deque[NodeEvent] = deque()
        self._bell: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._has_rung = True
        self._ended: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._end: End | None = None
        self._is_closed = False
        self._is_written = False
        self._is_live = False
        self._is_dirty = False
        self._written_at = time.monotonic()
        self._earliest = 0.0
        self._backoff = 0.0
        self._thread: threading.Thread | None = None
        self._problem: str | None = None

    @property
    def problem(self) -> str | None:
        """What went wrong last, for the one line at the end of the job."""
        return self._problem

    # What dbt's threads call

    def begin(self, run: Callable[[Callable[[], None]], Any]) -> None:
        """Start the thread; ``run`` calls its argument in the context that dbt needs there."""
        self._thread = threading.Thread(
            target=lambda: run(self._work), name="run_ledger_recorder", daemon=True
        )
        self._thread.start()

    def event(self, event: NodeEvent) -> None:
        """Append, and no more: this runs on a model's thread."""
        self._events.append(event)
        if not self._has_rung:
            self._ring()

    def row_is_there(self) -> None:
        """on-run-start has written the row, so progress can be written to it."""
        self._is_live = True
        self._ring()

    def pause(self) -> None:
        """Write no progress from now on, and wait for a write that is under way."""
        self._is_live = False
        if self._writing.acquire(timeout=PAUSE_SECONDS):
            self._writing.release()

    def row_is_closed(self) -> None:
        """on-run-end has closed the row: there is nothing more to write to it."""
        self._is_closed = True
        self._finish(End("SUCCESS", None, now_ms()), END_SECONDS)

    def close(
        self, status: JobStatus, message: str | None = None, seconds: float | None = None
    ) -> Path | None:
        """Close the row, in time; the file that holds it where that was not possible.

        Raises OSError where there is no room for the file either.
        """
        end = End(status, message, now_ms())
        seconds = END_SECONDS if seconds is None else seconds
        in_time = self._finish(end, seconds)
        if in_time and (self._is_written or self._is_switched_off):
            return None
        if not in_time:
            self._problem = f"no answer within {seconds:.0f} s"
        return self._spool.keep(self._ending_row(end))

    def _finish(self, end: End, seconds: float) -> bool:
        """Whether the thread came to its end in time."""
        self._end = end
        self._ring()
        deadline = time.monotonic() + seconds
        while True:
            try:
                self._ended.get(timeout=max(0.0, deadline - time.monotonic()))
                break
            except queue.Empty:
                return False
            except KeyboardInterrupt:
                # The job is over, and whoever pressed the keys again wants to go.
                deadline = min(deadline, time.monotonic() + HURRY_SECONDS)
        if self._thread is not None:
            self._thread.join(HURRY_SECONDS)
        return True

    def _ring(self) -> None:
        self._has_rung = True
        self._bell.put(None)

    # What the recorder's own thread does

    def _work(self) -> None:
        try:
            while (end := self._end) is None:
                self._sleep()
                plan = self._plan_if_due()
                if plan is not None:
                    with self._writing:
                        if self._is_live:
                            self._write(plan)
            with self._writing:
                self._write_end(end)
        except Exception as error:  # noqa: BLE001 - close() reports it, and dbt goes on
            self._problem = self._told(error)
        finally:
            self._ended.put(None)
            self._disconnect()

    def _sleep(self) -> None:
        """Until something is due, or the bell rings."""
        seconds = None
        if self._is_live:
            wants = bool(self._events) or self._is_dirty
            due_at = self._earliest if wants else self._next_heartbeat()
            seconds = max(0.0, due_at - time.monotonic())
            # What arrives before the next write is due wakes nobody.
            self._has_rung = wants
            if not wants and self._events:
                return
        try:
            self._bell.get(timeout=seconds)
        except queue.Empty:
            return

    def _next_heartbeat(self) -> float:
        seconds = self._plan.heartbeat_seconds if self._plan else HEARTBEAT_SECONDS
        return max(self._written_at + seconds, self._earliest)

    def _plan_if_due(self) -> Plan | None:
        if not self._is_live or self._end is not None:
            return None
        if self._plan is None:
            plan = self._read_plan()
            if plan is None:
                self._is_live = False
                return None
            has_waiting = bool(self._spool.waiting())
            self._is_dirty = has_waiting
            self._earliest = self._written_at + (0 if has_waiting else plan.flush_seconds)
        now = time.monotonic()
        wants = bool(self._events) or self._is_dirty or now >= self._next_heartbeat()
        return self._plan if wants and now >= self._earliest else None

    def _read_plan(self) -> Plan | None:
        if self._plan is None and not self._is_switched_off:
            self._plan = Plan.of(self._ledger.plan())
            self._is_switched_off = self._plan is None
        return self._plan

    def _write(self, plan: Plan) -> None:
        begun = time.monotonic()
        try:
            connection = self._opened()
            self._prepare(connection, plan)
            self._is_dirty = self._take_in(plan) or self._is_dirty
            statement = plan.progress if self._is_dirty else plan.alive
            connection.execute(statement.sql, statement.values(self._live_row(plan)))
            self._is_dirty, self._backoff = False, 0.0
        except Exception as error:  # noqa: BLE001 - tried again, and the end of the job is told
            self._problem = self._told(error)
            self._backoff = min(LONGEST_BACKOFF_SECONDS, max(1.0, 2 * self._backoff))
            self._disconnect()
        done = self._written_at = time.monotonic()
        rest = (done - begun) / BUSY_SHARE if plan.flush_seconds else 0.0
        self._earliest = done + max(plan.flush_seconds, rest, self._backoff)

    def _write_end(self, end: End) -> None:
        """Close the row, or at least load what waits where it is closed already."""
        if self._is_closed and not self._spool.waiting():
            return
        if not self._is_closed:
            # Before the connection, which may fail: the spool wants them too.
            self._facts = self._ledger.facts()
            self._redact(end.message or "")
        connection = self._opened()
        plan = self._read_plan()
        if plan is None:
            return
        self._prepare(connection, plan)
        if not self._is_closed:
            self._send(connection, plan, self._ending_row(end))
            self._is_written = True

    def _opened(self) -> Connection:
        if self._connection is None:
            self._connection = self._ledger.connect()
            self._is_prepared = False
        return self._connection

    def _prepare(self, connection: Connection, plan: Plan) -> None:
        """What a new connection does first: its limits, the clock, and the rows that wait."""
        if self._is_prepared:
            return
        for statement in plan.session:
            connection.execute(statement)
        if plan.clock is not None:
            before = now_ms()
            theirs = _milliseconds(connection.execute(plan.clock))
            with self._guard:
                if not self._state.has_steps:
                    self._state.offset_ms = theirs - (before + now_ms()) // 2
        try:
            self._spool.load(
                lambda row: self._send(connection, plan, row),
                # On-run-end waits for it, and the end of this job comes first.
                may_go_on=lambda: self._is_live or self._end is not None,
            )
        except Exception as error:  # noqa: BLE001 - what waits goes on waiting; this job comes first
            self._problem = self._told(error)
        self._is_prepared = True

    def _send(self, connection: Connection, plan: Plan, row: Row) -> None:
        """Close the row where it runs, write it whole where it is missing; else change nothing."""
        for statement in (plan.close, plan.insert):
            connection.execute(statement.sql, statement.values(row))

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):  # house_words: what is broken may not close either
                connection.close()

    def _take_in(self, plan: Plan | None) -> bool:
        """Apply what is queued; with a flush interval of 0 one event, so that each can be seen."""
        one_by_one = plan is not None and plan.flush_seconds == 0 and self._end is None
        events: list[NodeEvent] = []
        while not (one_by_one and events):
            try:
                event = self._events.popleft()
            except IndexError:
                # Asking first would not do: a thread that hung may have come back, and take them, too.
                break
            events.append(self._redacted(event))
        with self._guard:
            if plan is not None:
                self._state.planned_models = plan.planned_models
                self._state.max_error_chars = plan.max_error_chars
                self._state.room_for_errors = min(ROOM_FOR_ERRORS, plan.document_limit)
            changes = [self._state.apply(event) for event in events]
        return any(changes)

    def _redacted(self, event: NodeEvent) -> NodeEvent:
        if isinstance(event, NodeFinished) and event.message:
            return replace(event, message=self._redact(event.message))
        return event

    def _redact(self, text: str) -> str:
        if self._redaction is None:
            if threading.current_thread() is not self._thread:
                return NOT_KEPT
            longest = self._plan.max_error_chars if self._plan else 4000
            self._redaction = self._ledger.redaction(longest)
        return self._redaction(text)

    def _told(self, error: Exception) -> str:
        text = clean(str(error)).strip() or type(error).__name__
        return self._redaction(text) if self._redaction else text

    def _live_row(self, plan: Plan) -> Row:
        with self._guard:
            return {
                "process_step_id": self._job.process_step_id,
                **self._documents(plan.document_limit),
            }

    def _documents(self, limit: int) -> Row:
        return {
            "counts": json.dumps(self._state.counts()),
            "document": self._state.document_text(limit),
            "errors": json.dumps(self._state.errors()),
        }

    def _ending_row(self, end: End) -> Row:
        """The whole row, closed: what the warehouse gets, or else the spool."""
        self._take_in(self._plan)
        message = None if end.message is None else self._redact(end.message)
        with self._guard:
            if end.status == "FAILED" and message is None and not self._state.has_errors:
                message = UNEXPLAINED
            self._state.close(end.status, message)
            offset_ms = self._state.offset_ms
            documents = self._documents(
                self._plan.document_limit if self._plan else LONGEST_KEPT_DOCUMENT
            )
        return {
            "process_step_id": self._job.process_step_id,
            "status": end.status,
            "started_at": time_text(self._started_ms, offset_ms),
            "ended_at": time_text(end.at_ms, offset_ms),
            "source": json.dumps(self._job.source),
            "destination": json.dumps(self._job.destination),
            "config": json.dumps(
                {**(self._facts or self._job.facts), "clock_offset_ms": offset_ms}
            ),
            **documents,
        }


def _milliseconds(text: str) -> int:
    moment = datetime.fromisoformat(text).replace(tzinfo=timezone.utc)
    return round(moment.timestamp() * 1000)
