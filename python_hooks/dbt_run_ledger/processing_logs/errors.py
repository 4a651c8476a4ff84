"""What can go wrong with processing logs, each with what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbt_run_ledger.errors import ConflictError, InputError, RunLedgerError

if TYPE_CHECKING:
    from dbt_run_ledger.processing_logs.process import Run


class CsvFileError(InputError):
    """The file is no CSV file of users that a run can take."""


class AlreadyProcessedError(RunLedgerError):
    """The same content was processed before. --again processes it once more."""

    exit_code = 3


class WrittenTwiceError(AlreadyProcessedError):
    """Another run was written at the same moment, over the same content or under the same name."""

    def __init__(self, message: str, run: Run) -> None:
        super().__init__(message)
        # What is written all the same.
        self.run = run


class NotProvedError(RunLedgerError):
    """The rows are not what was sealed, so nothing is removed. `run-ledger verify` says where."""


class ExportError(RunLedgerError):
    """What was written to the target of the archive is not what was read back from it."""

    is_retryable = True


class SealingBusyError(ConflictError):
    """Another session is sealing. Nothing is lost: what it leaves is sealed the next time."""
