"""What a caller of the state machine may be told."""

from __future__ import annotations

from dbt_run_ledger.errors import InputError, RunLedgerError
from dbt_run_ledger.ingestion_runs.rules import MOVES


class IngestionError(RunLedgerError):
    """The ingestion ledger refuses what was asked."""


class RunNotFoundError(IngestionError):
    """There is no such run."""

    exit_code = 2

    def __init__(self, run_id: str) -> None:
        super().__init__(f"There is no run {run_id}.")
        self.run_id = run_id


class MoveRefusedError(IngestionError):
    """The run may not go there: it is queued, then running, then ended, once."""

    def __init__(self, run_id: str, status: str, asked: str) -> None:
        self.run_id, self.status, self.asked = run_id, status, asked
        self.allowed = MOVES[status]
        allowed = f"go to {', '.join(self.allowed)}" if self.allowed else "change no more"
        super().__init__(
            f"Run {run_id} is {status} and was asked to become {asked}; it may {allowed}."
        )


class NotRunningError(IngestionError):
    """Only a running run has progress."""

    def __init__(self, run_id: str, status: str) -> None:
        self.run_id, self.status = run_id, status
        super().__init__(f"Run {run_id} is {status}; only a running run has progress.")


class RerunRefusedError(IngestionError):
    """The run cannot be run again."""

    def __init__(self, run_id: str, reason: str) -> None:
        self.run_id, self.reason = run_id, reason
        super().__init__(f"Run {run_id} cannot be run again: {reason}.")


class CountsError(IngestionError, InputError):
    """The counts contradict each other or the status."""

    exit_code = 2


class EventKeyError(IngestionError, InputError):
    """The event key belongs to another event."""

    exit_code = 2
