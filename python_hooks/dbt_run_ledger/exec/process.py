"""Run a program as if nobody stood in between: its terminal, its signals, its exit code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, NoReturn

# What is passed on; a Ctrl-C or Ctrl-\ of the terminal has reached dbt already.
_FORWARDED = ("SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2")
_FROM_KEYS = ("SIGINT", "SIGQUIT")
# What asks a program to end, so that its end is not its own.
_ENDING = ("SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP")
NOT_FOUND, NOT_EXECUTABLE = 127, 126


@dataclass
class Outcome:
    """How the program ended: `code` as subprocess has it, negative for a signal."""

    code: int
    pid: int
    started: float
    ended: float
    # The signals that asked it to end, and when, in seconds since 1970.
    signals: list[tuple[str, float]] = field(default_factory=list)

    @property
    def killed_by(self) -> str | None:
        return signal.Signals(-self.code).name if self.code < 0 else None


def run(words: Sequence[str], environment: Mapping[str, str]) -> Outcome:
    """Start, pass signals on, wait. Raises OSError where there is no such program."""
    outcome = Outcome(0, 0, time.time(), 0.0)
    child: subprocess.Popen[bytes] | None = None
    early: list[int] = []

    def forward(number: int, _: FrameType | None) -> None:
        name = signal.Signals(number).name
        if name in _ENDING:
            outcome.signals.append((name, time.time()))
        if name in _FROM_KEYS and _is_foreground():
            return
        if child is None:
            early.append(number)
        else:
            # Popen looks whether it still lives, so that no other process gets it.
            child.send_signal(number)

    known = [getattr(signal, name) for name in _FORWARDED if hasattr(signal, name)]
    # What is ignored, as nohup has it, stays ignored, and dbt inherits that.
    heeded = [number for number in known if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, forward) for number in heeded}
    try:
        child = subprocess.Popen(list(words), env=dict(environment))
        outcome.pid = child.pid
        for number in early:
            child.send_signal(number)
        outcome.code = child.wait()
        outcome.ended = time.time()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return outcome


class Aftermath:
    """What is done after the program's end may be cut short by a signal, but not fall out of it.

    A signal is noted, and ends with KeyboardInterrupt only what may_be_cut_short() encloses.
    """

    def __init__(self) -> None:
        self._is_hurried = False
        self._is_open = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Aftermath:
        known = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]
        heeded = [number for number in known if signal.getsignal(number) is not signal.SIG_IGN]
        self._before = {number: signal.signal(number, self._hurry) for number in heeded}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextmanager
    def may_be_cut_short(self) -> Iterator[None]:
        self._is_open = True
        try:
            if self._is_hurried:
                raise KeyboardInterrupt
            yield
        finally:
            self._is_open = False

    def _hurry(self, *_: object) -> None:
        self._is_hurried = True
        if self._is_open:
            self._is_open = False
            raise KeyboardInterrupt


def _is_foreground() -> bool:
    """Whether a key of the terminal reaches this process and, with it, its child."""
    try:
        with open(os.ctermid(), "rb", buffering=0) as terminal:  # noqa: PTH123 - no buffer
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False


def end_like(outcome: Outcome) -> int:
    """The exit code, or the same death by a signal, so that a shell sees no difference."""
    if outcome.code < 0:
        _die_of(-outcome.code)
    return outcome.code


def _die_of(number: int) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    if number not in (signal.SIGKILL, signal.SIGSTOP):
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    # A signal that does not kill this process, such as one that is blocked.
    os._exit(128 + number)
