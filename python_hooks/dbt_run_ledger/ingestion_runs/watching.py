"""A run that ends as its block of code ends, whatever ends it."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

from dbt_run_ledger.errors import RunLedgerError
from dbt_run_ledger.ingestion_runs import rules
from dbt_run_ledger.ingestion_runs.counting import counts_after, fitting_status

if TYPE_CHECKING:
    from dbt_run_ledger.ingestion_runs.client import IngestionRuns
    from dbt_run_ledger.ingestion_runs.run import Run

_logger = logging.getLogger(__name__)


class Terminated(SystemExit):
    """SIGTERM came."""

    def __init__(self) -> None:
        super().__init__(128 + signal.SIGTERM)


class WatchedRun:
    """What a block of code is given to say how far it is."""

    def __init__(self, runs: IngestionRuns, run_id: str) -> None:
        self._runs = runs
        self.run_id = run_id

    def progress(self, counts: Mapping[str, int] | None = None, **named: int) -> Run:
        return self._runs.progress(self.run_id, counts, **named)

    def get(self) -> Run:
        return self._runs.get(self.run_id)

    def end(self) -> None:
        """As the counts say, if the block has not ended it."""
        if not self.get().is_terminal:
            self._runs.finish(self.run_id)

    def end_after(self, error: BaseException) -> None:
        """Cancelled if somebody stopped it, else failed, or partial when some has succeeded."""
        try:
            run = self.get()
            if run.is_terminal:
                return
            reason = f"{type(error).__name__}: {error}"
            if isinstance(error, KeyboardInterrupt | Terminated):
                reason = "SIGTERM" if isinstance(error, Terminated) else "interrupted"
                self._runs.cancel(self.run_id, reason=reason)
                return
            counts = counts_after(run.counts, {}, is_end=True)
            is_partial = fitting_status(counts) == rules.PARTIAL
            status = rules.PARTIAL if is_partial else rules.FAILED
            self._runs.finish(self.run_id, status=status, reason=reason)
        except RunLedgerError as problem:
            # What the block raised is the caller's news; a sweep closes a run that stays open.
            _logger.warning("Run %s could not be ended: %s", self.run_id, problem)


@contextmanager
def watched(runs: IngestionRuns, run_id: str) -> Iterator[WatchedRun]:
    run = WatchedRun(runs, run_id)
    with _terminated_by_sigterm():
        try:
            yield run
        except SystemExit as error:
            if isinstance(error, Terminated) or error.code not in (None, 0):
                run.end_after(error)
            else:
                run.end()
            raise
        except BaseException as error:
            run.end_after(error)
            raise
        else:
            run.end()


@contextmanager
def _terminated_by_sigterm() -> Iterator[None]:
    """SIGTERM ends the block as an exception, and then does what it would have done before."""
    if threading.current_thread() is not threading.main_thread():
        # Python runs handlers on the main thread alone.
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    if before == signal.SIG_IGN:
        yield
        return

    def terminate(_number: int, _frame: FrameType | None) -> None:
        raise Terminated

    signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    except Terminated:
        _restore(before)
        os.kill(os.getpid(), signal.SIGTERM)
        raise
    finally:
        _restore(before)


def _restore(handler: Callable[[int, FrameType | None], Any] | int | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL if handler is None else handler)
