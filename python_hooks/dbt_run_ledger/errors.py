"""Every error of the companion: its docstring is its message, its type says what to do about it."""

from __future__ import annotations

import inspect
from typing import ClassVar


class RunLedgerError(Exception):
    """Run Ledger could not do what was asked."""

    # The same call may succeed later: the caller may try again.
    is_retryable: ClassVar[bool] = False
    # What `run-ledger` exits with: 2 for what the user has to correct, 1 for the rest.
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or inspect.getdoc(type(self)) or type(self).__name__)


class InputError(RunLedgerError):
    """Something that was given to Run Ledger cannot be used as it is."""

    exit_code = 2


class ProfileError(InputError):
    """dbt's project or profile cannot be used as it is."""


class MissingDependencyError(InputError):
    """A library that is needed here is not installed."""


class LedgerMissingError(RunLedgerError):
    """A table of the ledger is missing. `dbt run-operation create_ledgers` creates it."""


class StatementError(RunLedgerError):
    """The warehouse refused a statement."""


class ConstraintError(StatementError):
    """The warehouse refused a row: a constraint forbids it."""


class PrivilegeError(StatementError):
    """The role may not do this in the warehouse."""


class ConflictError(StatementError):
    """Another session was in the way: it holds the lock, or it changed the same rows first."""

    is_retryable = True


class UnreachableError(RunLedgerError):
    """The warehouse cannot be reached."""

    is_retryable = True


class BusyError(UnreachableError):
    """Another process holds the DuckDB file. It is free again when that process has ended."""
