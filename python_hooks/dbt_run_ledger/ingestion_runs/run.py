"""What the ledger holds: runs, their counts, and the audit of their moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from dbt_run_ledger.ingestion_runs.rules import ACTIVE, TERMINAL


@dataclass(frozen=True)
class Counts:
    """Things to collect, tried, collected, failed, never tried."""

    target: int = 0
    processed: int = 0
    success: int = 0
    failed: int = 0
    unprocessed: int = 0

    @property
    def is_mixed(self) -> bool:
        """Some were collected and some were not."""
        return self.success > 0 and (self.failed > 0 or self.unprocessed > 0)

    def columns(self) -> dict[str, int]:
        return {f"{each.name}_count": getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True)
class Run:
    """A row of ingestion_runs; times are UTC without a zone."""

    run_id: str
    run_kind: str
    mode: str
    status: str
    target_types: tuple[str, ...]
    parent_run_id: str | None
    requested_by: str | None
    started_at: datetime | None
    finished_at: datetime | None
    counts: Counts
    trace_id: str
    created_at: datetime

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    @property
    def is_terminal(self) -> bool:
        return self.status in TERMINAL

    @property
    def percent_done(self) -> float | None:
        """None while nobody has said how many there are."""
        if not self.counts.target:
            return None
        return round(100 * self.counts.processed / self.counts.target, 1)

    def as_row(self) -> dict[str, Any]:
        """By the names of the columns, in their order."""
        named = {each.name: getattr(self, each.name) for each in fields(self)}
        row: dict[str, Any] = {}
        for name, value in named.items():
            row |= self.counts.columns() if name == "counts" else {name: value}
        return row | {"target_types": list(self.target_types)}


@dataclass(frozen=True)
class Transition:
    """A row of the audit: one accepted move."""

    run_id: str
    from_status: str
    to_status: str
    moved_at: datetime
    actor: str
    trace_id: str
    event_key: str
    reason: str | None


@dataclass(frozen=True)
class Event:
    """Who asked for a move, by which key, and why."""

    actor: str
    event_key: str
    reason: str | None = None


@dataclass(frozen=True)
class Decision:
    """Whether a run may be run again, and why or why not."""

    run_id: str
    can_rerun: bool
    reason: str


def run_of(row: Mapping[str, Any]) -> Run:
    """A run from a row of the table, whatever else a query has put beside it."""
    counts = Counts(*(int(row[f"{each.name}_count"]) for each in fields(Counts)))
    own = {each.name: row.get(each.name) for each in fields(Run)}
    return Run(**own | {"counts": counts, "target_types": tuple(row["target_types"])})  # type: ignore[arg-type]
