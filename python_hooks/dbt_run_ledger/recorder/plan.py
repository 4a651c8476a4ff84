"""What the package's macros tell the recorder: its settings and its statements, as plain data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

HEARTBEAT_SECONDS = 60.0
# However short the lease, so many signs of life fit into it.
HEARTBEATS_IN_A_LEASE = 5

_NAME = re.compile(r"<<(\w+)>>")


@dataclass(frozen=True)
class Statement:
    """SQL with the driver's placeholders, and the names of what is bound to them, in order."""

    sql: str
    names: tuple[str, ...]

    @classmethod
    def of(cls, text: str, binding: str) -> Statement:
        """From the text of a macro, with <<names>> where values go."""
        texts = _NAME.split(text)[::2]
        if binding == "%s":
            # A driver that looks for percent signs wants the others doubled.
            texts = [each.replace("%", "%%") for each in texts]
        return cls(binding.join(texts), tuple(_NAME.findall(text)))

    def values(self, row: Mapping[str, Any]) -> list[Any]:
        return [row[name] for name in self.names]


@dataclass(frozen=True)
class Plan:
    """The answer of the macro recorder_plan()."""

    session: Sequence[str]
    # None where client and warehouse have one clock.
    clock: str | None
    alive: Statement
    progress: Statement
    close: Statement
    insert: Statement
    flush_seconds: float
    lease_minutes: int
    max_error_chars: int
    document_limit: int
    planned_models: int

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Plan | None:
        """None where the job ledger is switched off."""
        if not answer["is_on"]:
            return None
        binding = answer["binding"]
        statements = {
            name: Statement.of(text, binding) for name, text in answer["statements"].items()
        }
        return cls(
            session=list(answer["session"]),
            clock=answer["clock"],
            flush_seconds=float(answer["flush_seconds"]),
            lease_minutes=int(answer["lease_minutes"]),
            max_error_chars=int(answer["max_error_chars"]),
            document_limit=int(answer["document_limit"]),
            planned_models=int(answer["planned_models"]),
            **statements,
        )

    @property
    def heartbeat_seconds(self) -> float:
        return min(HEARTBEAT_SECONDS, self.lease_minutes * 60 / HEARTBEATS_IN_A_LEASE)
