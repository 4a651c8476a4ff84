"""Tell somebody how a job ended: a command or a webhook gets its row as JSON.

Off unless a command or an address is named. It never holds anybody up for longer than its
seconds, and what goes wrong is one line.
"""

from __future__ import annotations

import http.client
import json
import os
import shlex
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dbt_run_ledger.command_line import as_json_value
from dbt_run_ledger.errors import InputError, RunLedgerError
from dbt_run_ledger.process_execution_log.jobs import Job, Jobs
from dbt_run_ledger.terminal import duration, shortened
from dbt_run_ledger.warehouses import Row

WHEN = ("failure", "recovery", "always")
DEFAULT_SECONDS = 10.0
_BAD = ("FAILED", "CANCELLED", "LOST")
_PREFIX = "RUN_LEDGER_NOTIFY_"


class NotifyError(RunLedgerError):
    """Nobody could be told how the job ended."""


@dataclass(frozen=True)
class Notice:
    """Who is told, and of what."""

    command: str | None = None
    # May hold a token, so only its host is ever shown.
    url: str | None = None
    when: tuple[str, ...] = ("failure",)
    seconds: float = DEFAULT_SECONDS

    @property
    def is_on(self) -> bool:
        return bool(self.command or self.url)


def notice_from(
    environment: Mapping[str, str] | None = None,
    *,
    command: str | None = None,
    url: str | None = None,
    when: str | None = None,
) -> Notice:
    """What the options say, else RUN_LEDGER_NOTIFY_COMMAND, _URL, _ON and _SECONDS."""
    found = os.environ if environment is None else environment
    chosen = when or found.get(f"{_PREFIX}ON") or "failure"
    words = tuple(word.strip() for word in chosen.split(",") if word.strip())
    if not words or set(words) - set(WHEN):
        raise InputError(
            f"{_PREFIX}ON: expected {', '.join(WHEN)}, or some of them, got {chosen!r}."
        )
    address = url or found.get(f"{_PREFIX}URL") or None
    if address and not _is_address(address):
        raise InputError(
            f"{_PREFIX}URL: expected an address that begins with https:// or http:// "
            "and names no user."
        )
    program = command or found.get(f"{_PREFIX}COMMAND") or None
    if program and not _words(program):
        raise InputError(f"{_PREFIX}COMMAND: expected a command, with a pair of each quote.")
    try:
        seconds = float(found.get(f"{_PREFIX}SECONDS") or DEFAULT_SECONDS)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 600:
        raise InputError(f"{_PREFIX}SECONDS: expected a number above 0 and up to 600.")
    return Notice(program, address, words, seconds)


def _is_address(text: str) -> bool:
    try:
        parts = urllib.parse.urlsplit(text)
        # Reading the port checks it. Who has a name and a password there wants another client.
        is_whole = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
    return is_whole and parts.scheme in ("http", "https") and parts.username is None


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return []


def within(seconds: float, work: Callable[[], object]) -> bool:
    """Whether it ended in time: no time-out of a driver or a socket bounds all that they do."""
    errors: list[Exception] = []

    def attempt() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - raised below, where somebody waits for it
            errors.append(error)

    thread = threading.Thread(target=attempt, name="run_ledger_notify", daemon=True)
    thread.start()
    thread.join(seconds)
    for error in errors:
        raise error
    return not thread.is_alive()


def event_of(job: Job, previous: Job | None) -> str | None:
    """failure, recovery or success; None while the job runs."""
    if job.status in _BAD:
        return "failure"
    if job.status != "SUCCESS":
        return None
    return "recovery" if previous is not None and previous.status in _BAD else "success"


def notify(notice: Notice, jobs: Jobs, job: Job) -> str | None:
    """Tell, if this is one of the events that were asked for; the event that was told of."""
    earlier = jobs.like(job, 1)
    event = event_of(job, earlier[0] if earlier else None)
    if event is None or not (event in notice.when or "always" in notice.when):
        return None
    body = json.dumps(message_of(job, event), ensure_ascii=False, default=as_json_value).encode()
    if notice.command:
        _run(notice.command, body, job, event, notice.seconds)
    if notice.url:
        _post(notice.url, body, notice.seconds)
    return event


def message_of(job: Job, event: str) -> Row:
    """`text` is the line that chat systems show; `row` is the whole row of the ledger."""
    error = f": {shortened(job.first_error, 300)}" if job.first_error else ""
    text = f"{job.status} {job.title} after {duration(job.seconds)}{error}"
    row = {**job.row, "execution_status_name": job.status}
    return {"event": event, "text": text, "row": row}


def _run(command: str, body: bytes, job: Job, event: str, seconds: float) -> None:
    words = _words(command)
    known = {"ID": job.id, "STATUS": job.status, "EVENT": event}
    environment = {**os.environ, **{f"RUN_LEDGER_{name}": text for name, text in known.items()}}
    # Its output is for people, so it must not get into what the command around this one prints.
    done = None
    try:
        done = subprocess.run(
            words, input=body, env=environment, timeout=seconds, stdout=2, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NotifyError(f"notify: {words[0]} did not end in {seconds:g} s.") from error
    except OSError as error:
        raise NotifyError(f"notify: {words[0]} cannot be run: {error.strerror}.") from error
    if done.returncode:
        raise NotifyError(f"notify: {words[0]} ended with exit code {done.returncode}.")


def _post(url: str, body: bytes, seconds: float) -> None:
    host = urllib.parse.urlsplit(url).hostname
    headers = {"Content-Type": "application/json; charset=utf-8"}
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - http(s) is checked

    def send() -> None:
        with urllib.request.urlopen(request, timeout=seconds):  # noqa: S310 - as above
            return

    try:
        if not within(seconds, send):
            raise NotifyError(f"notify: {host} did not answer in {seconds:g} s.")
    except urllib.error.HTTPError as error:
        raise NotifyError(f"notify: {host} answered {error.code} {error.reason}.") from None
    except OSError as error:
        reason = getattr(error, "reason", None) or error
        raise NotifyError(f"notify: {host} cannot be reached: {reason}.") from None
    except (http.client.HTTPException, ValueError) as error:
        # Their texts may hold the address.
        kind = type(error).__name__
        raise NotifyError(f"notify: {host} did not answer as a web server does ({kind}).") from None
