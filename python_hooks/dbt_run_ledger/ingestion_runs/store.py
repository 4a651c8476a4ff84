"""Where runs are kept. Two stores, one over a warehouse and one in memory, pass the same tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from dbt_run_ledger.ingestion_runs.run import Counts, Event, Run, Transition


@dataclass(frozen=True)
class NewRun:
    """A run that is to be queued."""

    run_id: str
    run_kind: str
    mode: str
    target_types: tuple[str, ...]
    trace_id: str
    requested_by: str | None = None
    parent_run_id: str | None = None
    target_count: int = 0


class Store(Protocol):
    """Every change is guarded: it happens whole where the rules allow it, and not at all else."""

    def transaction(self) -> AbstractContextManager[None]:
        """All of it or nothing, and nobody else in between."""

    def insert(self, run: NewRun) -> bool:
        """Queue it. False: there is such a run, or its parent may not be run again now."""

    def hold(self, run_id: str) -> None:
        """Until the end of the transaction nobody else changes this run."""

    def get(self, run_id: str) -> Run | None: ...

    def move(
        self, run: Run, to_status: str, event: Event, counts: Counts | None = None
    ) -> Run | None:
        """From the status that `run` has, with its audit row. None: it is no longer there."""

    def set_counts(self, run: Run, counts: Counts) -> bool:
        """False: it is not running, or more was known."""

    def transitions(self, run_id: str) -> list[Transition]: ...

    def page(self, filters: Mapping[str, str], limit: int | None, offset: int = 0) -> list[Run]:
        """Newest first by started_at, or by created_at while there is none."""

    def links(self, run_id: str) -> list[str]:
        """From this run, over what each runs again, to the first one."""

    def get_all(self, run_ids: Sequence[str]) -> list[Run]:
        """Those that there are, in this order."""

    def stuck(self, minutes: float) -> list[Run]:
        """Active ones that were queued or started longer ago, the oldest first."""
