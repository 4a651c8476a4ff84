"""A handler of the logging module that never blocks the program it serves, and never breaks it.

emit() makes the entry and puts it into a bounded queue; one daemon thread writes what is there, one
object per hour and flush. At exit the rest is written, for `exit_seconds` at most.
"""

from __future__ import annotations

import atexit
import concurrent.futures.thread  # noqa: F401 - see the last lines
import contextlib
import logging
import os
import sys
import threading
import time
import uuid
import weakref
from collections import deque
from collections.abc import Mapping
from typing import Any

from dbt_run_ledger.function_logs.entry import entry_of, line_of, moment_of
from dbt_run_ledger.function_logs.places import LogPlace, folder_of, place_at

# What the writer itself calls: their records would make it write for ever.
_OURS = ("fsspec", "s3fs", "adlfs", "gcsfs", "boto", "aiobotocore", "azure.", "urllib3", "aiohttp")


class FunctionLogHandler(logging.Handler):
    """place: a folder or a URL. function_name: for entries outside an invocation.

    flush_seconds, flush_entries    a flush comes after the one or at the other, which is first
    queue_entries                   what does not fit is counted, and the newest entry goes
    exit_seconds                    how long the end of the program may wait for the last flush
    """

    def __init__(
        self,
        place: str | LogPlace,
        *,
        function_name: str = "unknown",
        flush_seconds: float = 5.0,
        flush_entries: int = 1_000,
        queue_entries: int = 50_000,
        exit_seconds: float = 5.0,
        options: Mapping[str, Any] | None = None,
        level: int = logging.INFO,
    ) -> None:
        super().__init__(level)
        self.place = place_at(place, options) if isinstance(place, str) else place
        self.dropped = 0
        self.failed_writes = 0
        self._function_name = function_name
        self._flush_seconds, self._flush_entries = flush_seconds, flush_entries
        self._queue_entries, self._exit_seconds = queue_entries, exit_seconds
        self._begin()
        _alive.add(self)

    def createLock(self) -> None:  # noqa: N802 - the base class's name
        """None: emit() needs no lock, and logging.shutdown() would hold it while it waits for the
        writer, which may log itself."""
        self.lock = None

    def _begin(self) -> None:
        """The state of one process: a child after a fork has entries and a thread of its own."""
        self._pid = os.getpid()
        self._queue: deque[tuple[str, bytes]] = deque()
        self._wanted = threading.Event()
        self._idle = threading.Condition()
        self._is_closed = False
        self._is_writing = False
        self._has_complained = False
        self._thread: threading.Thread | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(_OURS) or threading.current_thread() is self._thread:
            return
        try:
            if self._pid != os.getpid():
                self._begin()
            line = line_of(entry_of(record, self._function_name))
            if self._is_closed or len(self._queue) >= self._queue_entries:
                self.dropped += 1
                return
            self._queue.append((folder_of(moment_of(record)), line))
            if self._thread is None:
                self._start()
            if len(self._queue) >= self._flush_entries:
                self._wanted.set()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is not the program's problem
            self._complain("could not make a log entry", error)

    def _start(self) -> None:
        with self._idle:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="function-log-writer", daemon=True
                )
                self._thread.start()

    def _run(self) -> None:
        while not self._is_closed or self._queue:
            self._wanted.wait(self._flush_seconds)
            self._wanted.clear()
            self._is_writing = True
            is_written = self._write()
            self._is_writing = False
            with self._idle:
                self._idle.notify_all()
            if not is_written:
                if self._is_closed:
                    return
                time.sleep(min(self._flush_seconds, 1.0))

    def _write(self) -> bool:
        """Everything that is queued, one object per hour; what fails stays queued."""
        batch = [self._queue.popleft() for _ in range(len(self._queue))]
        folders: dict[str, list[bytes]] = {}
        for folder, line in batch:
            folders.setdefault(folder, []).append(line)
        unwritten = dict(folders)
        try:
            for folder, lines in folders.items():
                self.place.write(f"{folder}/{uuid.uuid4()}.json", b"".join(lines))
                del unwritten[folder]
        except Exception as error:  # noqa: BLE001 - any store, any driver
            self.failed_writes += 1
            self._queue.extendleft(
                reversed([(folder, line) for folder in unwritten for line in unwritten[folder]])
            )
            self._complain(f"could not write logs to {self.place.url}, will try again", error)
            return False
        self._has_complained = False
        return True

    def flush(self) -> None:
        """Write what is there, for `exit_seconds` at most."""
        deadline = time.monotonic() + self._exit_seconds
        if self._pid != os.getpid() or self._thread is None or self._is_closed:
            return
        with self._idle:
            while (self._queue or self._is_writing) and time.monotonic() < deadline:
                self._wanted.set()
                self._idle.wait(min(0.05, max(0.0, deadline - time.monotonic())))

    def close(self) -> None:
        if self._pid == os.getpid() and not self._is_closed:
            self.flush()
            self._is_closed = True
            self._wanted.set()
            if self._queue:
                self.dropped += len(self._queue)
                self._complain(f"{len(self._queue)} log entries were not written", None)
        super().close()

    def _complain(self, what: str, error: Exception | None) -> None:
        """One line, not through logging, and not again until something has worked."""
        if not self._has_complained:
            self._has_complained = True
            why = f": {type(error).__name__}: {error}" if error else ""
            with contextlib.suppress(OSError, ValueError):  # stderr may be closed
                print(f"run_ledger: {what}{why}", file=sys.stderr)


_alive: weakref.WeakSet[FunctionLogHandler] = weakref.WeakSet()


def _close_all() -> None:
    for handler in list(_alive):
        handler.close()


# Before thread pools are shut down, without which some stores cannot write any more; they are imported
# above because the last to register is the first to run. Where that is not to be had, before
# logging.shutdown(), which then finds nothing to do.
getattr(threading, "_register_atexit", atexit.register)(_close_all)


def install(
    place: str, *, function_name: str = "unknown", logger: logging.Logger | None = None, **how: Any
) -> FunctionLogHandler:
    """Add the handler to the root logger, once, and let INFO through."""
    target = logger or logging.getLogger()
    for each in target.handlers:
        if isinstance(each, FunctionLogHandler):
            return each
    handler = FunctionLogHandler(place, function_name=function_name, **how)
    target.addHandler(handler)
    if target.level == logging.NOTSET or target.level > handler.level:
        target.setLevel(handler.level)
    return handler
