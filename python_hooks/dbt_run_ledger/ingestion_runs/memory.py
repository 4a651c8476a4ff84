"""Runs in memory, by the same rules: for the tests of a service that keeps its runs here."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from dbt_run_ledger.ingestion_runs.rules import MOVES, QUEUED, RERUN_FROM, RUNNING
from dbt_run_ledger.ingestion_runs.run import Counts, Event, Run, Transition
from dbt_run_ledger.ingestion_runs.store import NewRun


def utc_now() -> datetime:
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


class InMemoryStore:
    """Like the table: nothing that breaks a rule gets in."""

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock
        self._runs: dict[str, Run] = {}
        self._transitions: list[Transition] = []

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """The client lets one thread in at a time."""
        before = copy.copy(self._runs), copy.copy(self._transitions)
        try:
            yield
        except BaseException:
            self._runs, self._transitions = before
            raise

    def insert(self, run: NewRun) -> bool:
        if run.run_id in self._runs:
            return False
        if run.parent_run_id is not None:
            parent = self._runs.get(run.parent_run_id)
            children = [r for r in self._runs.values() if r.parent_run_id == run.parent_run_id]
            if parent is None or parent.status not in RERUN_FROM:
                return False
            if any(child.is_active for child in children):
                return False
        asked: dict[str, Any] = dict(vars(run))
        target = asked.pop("target_count")
        self._runs[run.run_id] = Run(
            **asked,
            status=QUEUED,
            started_at=None,
            finished_at=None,
            counts=Counts(target=target, unprocessed=target),
            created_at=self._clock(),
        )
        return True

    def hold(self, run_id: str) -> None:
        """The client lets one thread in at a time."""

    def get(self, run_id: str) -> Run | None:
        return self._runs.get(run_id)

    def move(
        self, run: Run, to_status: str, event: Event, counts: Counts | None = None
    ) -> Run | None:
        found = self._runs[run.run_id]
        if found.status != run.status or to_status not in MOVES[found.status]:
            return None
        now = self._clock()
        moved = replace(found, status=to_status, counts=counts or found.counts)
        if to_status == RUNNING:
            now = max(now, found.created_at)
            moved = replace(moved, started_at=now)
        else:
            now = max(now, found.started_at or found.created_at)
            moved = replace(moved, finished_at=now)
        self._runs[run.run_id] = moved
        self._transitions.append(
            Transition(
                run.run_id,
                found.status,
                to_status,
                now,
                event.actor,
                run.trace_id,
                event.event_key,
                event.reason,
            )
        )
        return moved

    def set_counts(self, run: Run, counts: Counts) -> bool:
        found = self._runs[run.run_id]
        if found.status != RUNNING or found.counts.processed > counts.processed:
            return False
        self._runs[run.run_id] = replace(found, counts=counts)
        return True

    def transitions(self, run_id: str) -> list[Transition]:
        return [each for each in self._transitions if each.run_id == run_id]

    def page(self, filters: Mapping[str, str], limit: int | None, offset: int = 0) -> list[Run]:
        found = [
            run
            for run in self._runs.values()
            if all(getattr(run, name) == value for name, value in filters.items())
        ]
        found.sort(key=lambda run: (run.started_at or run.created_at, run.run_id), reverse=True)
        return found[offset : None if limit is None else offset + limit]

    def links(self, run_id: str) -> list[str]:
        found: list[str] = []
        following: str | None = run_id
        while following is not None and (run := self._runs.get(following)):
            found.append(following)
            following = run.parent_run_id
        return found

    def get_all(self, run_ids: Sequence[str]) -> list[Run]:
        return [self._runs[run_id] for run_id in run_ids if run_id in self._runs]

    def stuck(self, minutes: float) -> list[Run]:
        before = self._clock() - timedelta(minutes=minutes)
        found = [
            run
            for run in self._runs.values()
            if run.is_active and (run.started_at or run.created_at) < before
        ]
        return sorted(found, key=lambda run: (run.started_at or run.created_at, run.run_id))
