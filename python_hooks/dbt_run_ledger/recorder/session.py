"""One invocation of dbt, from its first event to its last: which event means what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dbt_run_ledger.recorder import dbt_core
from dbt_run_ledger.recorder.spool import Spool
from dbt_run_ledger.recorder.state import Interrupted, JobStatus
from dbt_run_ledger.recorder.writer import HURRY_SECONDS, Recorder

Message = Any  # a protobuf message of dbt's
INTERRUPTED = "dbt was interrupted (SIGINT)"


def attach() -> None:
    """Record the invocation that dbt is about to run."""
    invocation = dbt_core.Invocation()
    invocation.listen(Session(invocation))


class Session:
    """A callback for dbt's events. An exception in one can hang dbt for ever, so none gets out."""

    def __init__(self, invocation: dbt_core.Invocation) -> None:
        self._invocation = invocation
        self._recorder = Recorder(invocation.job(), invocation, Spool(invocation.target_folder))
        self._signals = dbt_core.Signals(self._interrupted, self._terminated)
        self._has_begun = False
        self._is_closed = False
        self._error: str | None = None
        self._is_interrupted = False
        self._is_closing = False
        self._handlers: dict[str, Callable[[Message], None]] = {
            "ConcurrencyLine": self._on_begin,
            "NodeStart": self._on_node_start,
            "NodeFinished": self._on_node_finished,
            "LogCancelLine": self._on_node_cancelled,
            "JinjaLogDebug": self._on_word,
            "MainEncounteredError": self._on_error,
            "CommandCompleted": self._on_completed,
        }

    def __call__(self, msg: Message) -> None:
        handler = self._handlers.get(msg.info.name)
        if handler is None:
            return
        try:
            handler(msg)
        except Exception as error:  # noqa: BLE001 - dbt goes on without us
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        self._handlers = {}
        self._leave_nothing()
        dbt_core.say(f"run_ledger: the recorder gave up: {error!r}", is_for_users=False)

    def _on_begin(self, _: Message) -> None:
        """Execution starts: nodes and hooks come next."""
        if not self._has_begun and self._invocation.mark():
            self._begin()
            self._signals.watch()

    def _begin(self) -> None:
        self._invocation.remember_context()
        self._recorder.begin(self._invocation.run)
        self._has_begun = True

    def _on_node_start(self, msg: Message) -> None:
        event = dbt_core.node_started(msg)
        if event is not None:
            self._recorder.event(event)

    def _on_node_finished(self, msg: Message) -> None:
        event = dbt_core.node_finished(msg)
        if event is not None:
            self._recorder.event(event)

    def _on_node_cancelled(self, msg: Message) -> None:
        self._recorder.event(dbt_core.node_cancelled(msg))

    def _on_word(self, msg: Message) -> None:
        word = dbt_core.word_for_us(msg)
        if word == "started":
            self._recorder.row_is_there()
        elif word == "ending":
            self._recorder.pause()
        elif word == "closed":
            self._is_closed = True

    def _on_error(self, msg: Message) -> None:
        self._is_interrupted = dbt_core.is_interrupt()
        self._error = msg.data.exc.strip() or "dbt was ended by an error without a text"

    def _on_completed(self, msg: Message) -> None:
        """Always dbt's last event, however the command ended."""
        handlers, self._handlers = self._handlers, {}
        if not handlers:
            return
        try:
            self._end(is_success=msg.data.success)
        finally:
            # Only now: a Ctrl-C on the way here would leave the row open.
            self._leave_nothing()

    def _end(self, is_success: bool) -> None:
        if self._is_closed:
            self._recorder.row_is_closed()
        elif self._is_interrupted:
            self._close("CANCELLED", INTERRUPTED)
        elif self._error is not None:
            self._close("FAILED", self._error)
        elif self._has_begun:
            self._close("SUCCESS" if is_success else "FAILED", None)

    # In signal handlers, on dbt's main thread

    def _interrupted(self, times: int) -> None:
        """The first one dbt ends with its last event; after a second one that may never come."""
        if times == 1:
            self._recorder.event(Interrupted())
        else:
            self._cut_off(INTERRUPTED, HURRY_SECONDS)

    def _terminated(self) -> None:
        self._cut_off("dbt was terminated (SIGTERM)")

    def _cut_off(self, message: str, seconds: float | None = None) -> None:
        self._handlers = {}
        try:
            if not self._is_closed:
                self._close("CANCELLED", message, seconds)
        finally:
            self._leave_nothing()

    def _leave_nothing(self) -> None:
        """Of this command, for the next one of the same process."""
        self._signals.forget()
        self._invocation.unmark()

    def _close(self, status: JobStatus, message: str | None, seconds: float | None = None) -> None:
        if self._is_closing:
            return
        self._is_closing = True
        if not self._has_begun:
            self._begin()
        try:
            kept = self._recorder.close(status, message, seconds)
        except OSError as error:
            self._say(f"nor keep it for the next job ({error.strerror})")
            return
        if kept is not None:
            self._say(f"kept for the next job in {kept}")

    def _say(self, what_then: str) -> None:
        reason = " ".join((self._recorder.problem or "").split())[:300]
        dbt_core.say(f"run_ledger: could not record the end of this job: {reason} ({what_then})")
