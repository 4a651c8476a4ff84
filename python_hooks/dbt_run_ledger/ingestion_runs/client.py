"""The state machine for Python services: register a run, move it, run it again, read its history."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from dbt_run_ledger import warehouses
from dbt_run_ledger.errors import ConflictError, ConstraintError
from dbt_run_ledger.ingestion_runs import inputs, rules
from dbt_run_ledger.ingestion_runs.counting import (
    BY_COUNTS,
    check_fit,
    counts_after,
    fitting_status,
)
from dbt_run_ledger.ingestion_runs.errors import (
    EventKeyError,
    MoveRefusedError,
    NotRunningError,
    RerunRefusedError,
)
from dbt_run_ledger.ingestion_runs.memory import InMemoryStore
from dbt_run_ledger.ingestion_runs.reading import RunReader
from dbt_run_ledger.ingestion_runs.run import Counts, Event, Run
from dbt_run_ledger.ingestion_runs.store import NewRun, Store
from dbt_run_ledger.ingestion_runs.table import TableStore
from dbt_run_ledger.ingestion_runs.watching import WatchedRun, watched
from dbt_run_ledger.redaction import redact

# How often a change is tried again that another session was in the way of.
ATTEMPTS = 20
LONGEST_WAIT_SECONDS = 0.2
# A constraint is also how another session's row of the same key shows; again it is seen.
CONSTRAINT_ATTEMPTS = 2
Answer = TypeVar("Answer")


class IngestionRuns(RunReader):
    """Safe to share between threads: one of them at a time uses the connection.

    Every verb that moves a run takes an event_key: the same event delivered again changes nothing
    and gives the run as it is. What the rules forbid raises, and says what was, what was asked and
    what is allowed.
    """

    def __init__(
        self,
        store: Store,
        *,
        actor: str | None = None,
        run_kinds: Sequence[str] = rules.RUN_KINDS,
        target_types: Sequence[str] = rules.TARGET_TYPES,
        attempts: int = ATTEMPTS,
        on_close: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(store)
        self._actor = inputs.text("actor", actor or inputs.user_name(), inputs.MAX_NAME)
        self._run_kinds, self._target_types = tuple(run_kinds), tuple(target_types)
        self._attempts = attempts
        self._on_close = on_close
        self._depth = 0

    @classmethod
    def from_profile(
        cls,
        project_dir: str | None = None,
        profiles_dir: str | None = None,
        profile: str | None = None,
        target: str | None = None,
        *,
        actor: str | None = None,
    ) -> IngestionRuns:
        """Over a connection of its own, to where dbt's profile and the project's vars lead."""
        return cls.from_session(
            warehouses.from_profile(project_dir, profiles_dir, profile, target), actor=actor
        )

    @classmethod
    def from_session(
        cls, session: warehouses.Session, *, actor: str | None = None
    ) -> IngestionRuns:
        return cls(
            TableStore(session.warehouse, session.place),
            actor=actor,
            run_kinds=session.settings.get("run_ledger_ingestion_kinds", rules.RUN_KINDS),
            target_types=session.settings.get(
                "run_ledger_ingestion_target_types", rules.TARGET_TYPES
            ),
            on_close=session.close,
        )

    @classmethod
    def from_connection(
        cls,
        connection: object,
        place: warehouses.Place,
        *,
        attempts: int = 1,
        **options: Any,
    ) -> IngestionRuns:
        """Over a connection of psycopg2, duckdb or Snowflake that stays the caller's.

        Inside the caller's transaction everything is the caller's to commit, and a conflict with
        another session is the caller's to try again; in autocommit `attempts` may be more than 1.
        """
        warehouse = warehouses.from_connection(connection)
        return cls(TableStore(warehouse, place), attempts=attempts, **options)

    @classmethod
    def in_memory(cls, **options: Any) -> IngestionRuns:
        """For the tests of a service: the same rules and errors, and nothing to connect to."""
        return cls(InMemoryStore(), **options)

    def close(self) -> None:
        if self._on_close:
            self._on_close()

    def __enter__(self) -> IngestionRuns:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def queue(
        self,
        run_kind: str,
        *,
        mode: str,
        target_types: Sequence[str],
        trace_id: str | None = None,
        requested_by: str | None = None,
        target: int = 0,
        run_id: str | None = None,
        event_key: str | None = None,
    ) -> Run:
        """A new run, queued. The same run_id, or the same event_key, makes no second one."""
        inputs.one_of("run_kind", run_kind, self._run_kinds)
        inputs.one_of("mode", mode, rules.MODES)
        targets = inputs.targets(target_types, self._target_types)
        counts = counts_after(Counts(), {"target": target}, is_end=False)
        new = NewRun(
            inputs.new_run_id(run_id, event_key),
            run_kind,
            mode,
            targets,
            inputs.text(
                "trace_id", uuid.uuid4().hex if trace_id is None else trace_id, inputs.MAX_NAME
            ),
            inputs.optional_text("requested_by", requested_by, inputs.MAX_NAME),
            None,
            counts.target,
        )

        def insert() -> Run:
            self._store.insert(new)
            return self.get(new.run_id)

        return self._atomically(insert)

    def start(
        self,
        run_kind: str,
        *,
        mode: str,
        target_types: Sequence[str],
        event_key: str | None = None,
        **options: Any,
    ) -> Run:
        """A new run that runs at once: queued and running in one transaction."""
        key = inputs.event_key_of(event_key)

        def both() -> Run:
            queued = self.queue(
                run_kind, mode=mode, target_types=target_types, event_key=key, **options
            )
            return self.running(queued.run_id, event_key=key)

        return self._atomically(both)

    def running(
        self,
        run_id: str,
        counts: Mapping[str, int] | None = None,
        *,
        actor: str | None = None,
        event_key: str | None = None,
    ) -> Run:
        return self._move(run_id, rules.RUNNING, counts, self._event(actor, event_key, None))

    def progress(self, run_id: str, counts: Mapping[str, int] | None = None, **named: int) -> Run:
        """The counts so far: target, processed, success, failed, unprocessed, each optional.

        A report that knows of less than the run does is an old one, and changes nothing.
        """
        given = {**(counts or {}), **named}

        def report() -> Run:
            run = self._held(run_id)
            if run.status != rules.RUNNING:
                raise NotRunningError(run.run_id, run.status)
            after = counts_after(run.counts, given, is_end=False)
            if not self._store.set_counts(run, after):
                run = self.get(run_id)
                if run.status != rules.RUNNING:
                    raise NotRunningError(run.run_id, run.status)
            return self.get(run_id)

        return self._atomically(report)

    def finish(
        self,
        run_id: str,
        counts: Mapping[str, int] | None = None,
        *,
        status: str = BY_COUNTS,
        reason: str | None = None,
        actor: str | None = None,
        event_key: str | None = None,
    ) -> Run:
        """End a running run, by default as its counts say: succeeded, partial or failed."""
        inputs.one_of("status", status, (BY_COUNTS, *rules.TERMINAL))
        return self._move(run_id, status, counts, self._event(actor, event_key, reason))

    def succeed(self, run_id: str, counts: Mapping[str, int] | None = None, **options: Any) -> Run:
        return self.finish(run_id, counts, status=rules.SUCCEEDED, **options)

    def fail(self, run_id: str, counts: Mapping[str, int] | None = None, **options: Any) -> Run:
        return self.finish(run_id, counts, status=rules.FAILED, **options)

    def partial(self, run_id: str, counts: Mapping[str, int] | None = None, **options: Any) -> Run:
        return self.finish(run_id, counts, status=rules.PARTIAL, **options)

    def cancel(self, run_id: str, counts: Mapping[str, int] | None = None, **options: Any) -> Run:
        """End a run that is queued or running; a queued one goes through running, at once."""
        return self.finish(run_id, counts, status=rules.CANCELLED, **options)

    def rerun(
        self,
        run_id: str,
        *,
        mode: str | None = None,
        trace_id: str | None = None,
        requested_by: str | None = None,
        event_key: str | None = None,
    ) -> Run:
        """A new run, queued, of an ended one's kind and targets, and linked to it."""
        if mode is not None:
            inputs.one_of("mode", mode, rules.MODES)
        new_id = inputs.new_run_id(None, event_key)
        trace = inputs.text(
            "trace_id", uuid.uuid4().hex if trace_id is None else trace_id, inputs.MAX_NAME
        )
        who = inputs.optional_text("requested_by", requested_by, inputs.MAX_NAME)

        def insert() -> Run:
            parent = self.get(run_id)
            new = NewRun(
                new_id,
                parent.run_kind,
                mode or parent.mode,
                parent.target_types,
                trace,
                who,
                parent.run_id,
            )
            self._store.insert(new)
            made = self._store.get(new_id)
            if made is None:
                raise RerunRefusedError(run_id, self.rerun_decision(run_id).reason)
            if made.parent_run_id != parent.run_id:
                raise EventKeyError(f"The event key has made run {new_id}, which is another one.")
            return made

        return self._atomically(insert)

    def sweep(self, minutes: float = rules.STUCK_MINUTES, *, actor: str = "sweep") -> list[Run]:
        """Close as failed the runs that were queued or started longer ago and have not ended."""
        reason = f"No end within {minutes:g} minutes; closed by a sweep"
        closed = [self._close_stuck(run, actor, reason) for run in self.stuck(minutes)]
        return [run for run in closed if run is not None]

    @contextmanager
    def run(
        self,
        run_kind: str,
        *,
        mode: str,
        target_types: Sequence[str],
        **options: Any,
    ) -> Iterator[WatchedRun]:
        """Start a run and end it with the block: see watch()."""
        run = self.start(run_kind, mode=mode, target_types=target_types, **options)
        with self.watch(run.run_id) as watched_run:
            yield watched_run

    @contextmanager
    def watch(self, run_id: str) -> Iterator[WatchedRun]:
        """Run a queued run, and end it as the block ends, if the block has not.

        At its end as the counts say; on an exception failed, or partial when some has succeeded;
        on Ctrl-C or SIGTERM cancelled. What was raised is raised on.
        """
        if self.get(run_id).status == rules.QUEUED:
            self.running(run_id)
        with watched(self, run_id) as watched_run:
            yield watched_run

    def _move(self, run_id: str, asked: str, given: Mapping[str, int] | None, event: Event) -> Run:
        return self._atomically(lambda: self._moved(self._held(run_id), asked, given or {}, event))

    def _held(self, run_id: str) -> Run:
        """The run as it will stay until this change is done, with the counts that others reported."""
        key = inputs.checked_id(run_id)
        self._store.hold(key)
        return self.get(key)

    def _moved(self, run: Run, asked: str, given: Mapping[str, int], event: Event) -> Run:
        seen = [each.to_status for each in self._store.transitions(run.run_id)
                if each.event_key == event.event_key]  # fmt: skip
        if seen and (asked == seen[-1] or (asked == BY_COUNTS and seen[-1] in rules.TERMINAL)):
            return run
        if seen:
            raise EventKeyError(
                f"The event key {event.event_key} has made run {run.run_id} {seen[-1]} and was "
                f"given to make it {asked}."
            )
        is_end = asked != rules.RUNNING
        if not rules.path(run.status, rules.SUCCEEDED if asked == BY_COUNTS else asked):
            raise MoveRefusedError(run.run_id, run.status, asked)
        counts = counts_after(run.counts, given, is_end=is_end)
        to_status = fitting_status(counts) if asked == BY_COUNTS else asked
        check_fit(to_status, counts)
        return self._go(run, to_status, event, counts)

    def _go(self, run: Run, to_status: str, event: Event, counts: Counts) -> Run:
        """Along the path, or not at all."""
        current = run
        for status in rules.path(run.status, to_status):
            moved = self._store.move(current, status, event, counts)
            if moved is None:
                raise MoveRefusedError(run.run_id, self.get(run.run_id).status, to_status)
            current = moved
        return current

    def _close_stuck(self, run: Run, actor: str, reason: str) -> Run | None:
        event = Event(actor, inputs.event_key_of(None), reason)

        def close() -> Run | None:
            current = self._held(run.run_id)
            if current.status != run.status:
                # It ended, or it has only just started and is not stuck any more.
                return None
            counts = counts_after(current.counts, {}, is_end=True)
            if current.status == rules.QUEUED:
                current = self._go(current, rules.RUNNING, event, counts)
            return self._go(current, rules.FAILED, event, counts)

        try:
            return self._atomically(close)
        except MoveRefusedError:
            # It ended by itself at the same moment.
            return None

    def _atomically(self, change: Callable[[], Answer]) -> Answer:
        """In one transaction; again from its beginning when another session was in the way."""
        with self._lock:
            if self._depth:
                return change()
            for attempt in range(1, self._attempts + 1):
                self._depth += 1
                try:
                    with self._store.transaction():
                        return change()
                except (ConflictError, ConstraintError) as error:
                    most = CONSTRAINT_ATTEMPTS if isinstance(error, ConstraintError) else ATTEMPTS
                    if attempt >= min(most, self._attempts):
                        raise
                    time.sleep(random.uniform(0, LONGEST_WAIT_SECONDS * attempt / self._attempts))  # noqa: S311 - no secret
                finally:
                    self._depth -= 1
        raise AssertionError("attempts is at least 1")

    def _event(self, actor: str | None, event_key: str | None, reason: str | None) -> Event:
        return Event(
            self._actor if actor is None else inputs.text("actor", actor, inputs.MAX_NAME),
            inputs.event_key_of(event_key),
            None if reason is None else redact(reason),
        )
