"""What the writer needs of dbt and of the warehouse, and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dbt_run_ledger.recorder.redaction import Redaction
from dbt_run_ledger.recorder.state import Row


class Connection(Protocol):
    """A connection of the recorder's own; each statement commits by itself."""

    def execute(self, sql: str, values: Sequence[Any] | None = None) -> Any:  # noqa: ANN401
        """Run one statement; the first value of its first row, None where it has none."""

    def close(self) -> None:
        """Free what it holds."""


class Ledger(Protocol):
    """The package's macros and the warehouse, as dbt gives access to them."""

    def plan(self) -> Mapping[str, Any]:
        """The answer of recorder_plan()."""

    def facts(self) -> Row:
        """The answer of job_facts()."""

    def redaction(self, longest: int) -> Redaction:
        """What blanks secrets, by the answer of secret_patterns()."""

    def connect(self) -> Connection:
        """A new connection."""


@dataclass(frozen=True)
class Job:
    """What is known of a job before any macro was asked."""

    process_step_id: str
    source: Row
    destination: Row
    # PROCESS_CONFIG_OBJ where the macros cannot be read.
    facts: Row
