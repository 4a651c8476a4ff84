"""What dbt's own record says about one invocation, the same for both engines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dbt_run_ledger.recorder.state import NodeEvent

OWN_START = "operation.run_ledger.run_ledger-on-run-start-0"
OWN_END = "operation.run_ledger.run_ledger-on-run-end-0"
# What the macros report_problem() and finish_job() say.
END_NOT_WRITTEN = "run_ledger: could not record the end of this job"


@dataclass
class Followed:
    """events: in their order. errors: what dbt said that belongs to no node."""

    invocation_id: str
    events: list[NodeEvent] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dbt_version: str | None = None
    # The package's on-run-start began: there should be a row.
    has_started: bool = False
    # The package's on-run-end has run, and closed the row.
    has_closed: bool = False


def first_error(errors: Sequence[str]) -> str | None:
    return next((text.strip() for text in errors if text.strip()), None)
