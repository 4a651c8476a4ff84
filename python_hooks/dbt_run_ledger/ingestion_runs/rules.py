"""The rules of the state machine as data. A test holds them to the macro ingestion_rules()."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

QUEUED, RUNNING = "queued", "running"
SUCCEEDED, FAILED, PARTIAL, CANCELLED = "succeeded", "failed", "partial", "cancelled"

# From which status to which.
MOVES: Mapping[str, tuple[str, ...]] = {
    QUEUED: (RUNNING,),
    RUNNING: (SUCCEEDED, FAILED, PARTIAL, CANCELLED),
    SUCCEEDED: (),
    FAILED: (),
    PARTIAL: (),
    CANCELLED: (),
}
STATUSES = tuple(MOVES)
ACTIVE = tuple(status for status, targets in MOVES.items() if targets)
TERMINAL = tuple(status for status, targets in MOVES.items() if not targets)
RERUN_FROM = (FAILED, PARTIAL, CANCELLED)
MODES = ("manual", "scheduled")
# The source document's words; a project's own are run_ledger_ingestion_kinds and _target_types.
RUN_KINDS = ("official_ingestion", "appearance_supplement", "incremental_update")
TARGET_TYPES = ("official", "appearance")
STUCK_MINUTES = 1440


def path(status: str, asked: str) -> tuple[str, ...]:
    """The statuses to go through, the last one asked for; empty when there is no way.

    Only cancelling goes further than one move: a queued run ends through running, at once.
    """
    if asked in MOVES[status]:
        return (asked,)
    if (status, asked) == (QUEUED, CANCELLED):
        return (RUNNING, CANCELLED)
    return ()


def run_id_of(event_key: str) -> str:
    """The run that a request makes: the same request, the same run, as in ingestion_id()."""
    text = f"run_ledger.ingestion_runs:{event_key}"
    digits = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    parts = (digits[:8], digits[8:12], f"8{digits[13:16]}", f"8{digits[17:20]}", digits[20:])
    return "-".join(parts)
