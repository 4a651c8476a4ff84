"""From the command line to dbt's exit code, and in between what dbt could not write itself."""

from __future__ import annotations

import os
import sys
import tempfile
import uuid
from collections.abc import Mapping
from pathlib import Path

from dbt_run_ledger.errors import RunLedgerError
from dbt_run_ledger.exec import core_log, process, v2_log
from dbt_run_ledger.exec.closing import Closing, closing_of
from dbt_run_ledger.exec.dbt_command import DbtCommand
from dbt_run_ledger.exec.ending import Row, is_left_open, row_of
from dbt_run_ledger.exec.followed import Followed
from dbt_run_ledger.process_execution_log.jobs import Jobs
from dbt_run_ledger.process_execution_log.notify import (
    Notice,
    NotifyError,
    notice_from,
    notify,
    within,
)
from dbt_run_ledger.redaction import redact
from dbt_run_ledger.warehouses import Session

_SECRET = "DBT_ENV_SECRET"  # noqa: S105 - how their names begin


# Each takes a dbt of its own, and the job that is to run does not wait for all of them.
LOAD_SECONDS = 20.0


def say(text: str) -> None:
    print(f"run-ledger: {' '.join(text.split())}", file=sys.stderr, flush=True)


def execute(command: DbtCommand) -> int:
    """Run dbt; its exit code, or its death by the same signal."""
    environment = dict(os.environ)
    notice = _notice(environment)
    closing = closing_of(command, environment) if command.job else None
    if closing is not None and closing.folders.package is None:
        say(f"the package run_ledger is not installed in {closing.folders.project}: no row is kept")
        closing = None
    if closing is None:
        return process.end_like(_run(command, environment))
    _load_waiting(closing)
    with (
        tempfile.TemporaryDirectory(prefix="run-ledger-") as scratch,
        process.Aftermath() as aftermath,
    ):
        spans = Path(scratch) / "spans.jsonl"
        mark = core_log.LogMark.of(closing.folders.logs)
        outcome = _run(command, {**environment, **_followed_environment(environment, spans)})
        try:
            followed = _what_happened(spans, mark, outcome.pid)
            _close_if_open(command, closing, outcome, followed, aftermath)
            if followed is not None and notice.is_on:
                with aftermath.may_be_cut_short():
                    _notify(notice, closing, followed)
        except KeyboardInterrupt:
            say("cut short by a signal")
        except Exception as error:  # noqa: BLE001 - dbt's end is this program's, whatever fails here
            say(f"could not look after this job: {type(error).__name__}: {redact(str(error))}")
    return process.end_like(outcome)


def _notice(environment: Mapping[str, str]) -> Notice:
    """Off, with one line, where it cannot be understood: dbt is what was asked for."""
    try:
        return notice_from(environment)
    except RunLedgerError as error:
        say(f"nobody is told how this job ends. {error}")
        return Notice()


def _close_if_open(
    command: DbtCommand,
    closing: Closing,
    outcome: process.Outcome,
    followed: Followed | None,
    aftermath: process.Aftermath,
) -> None:
    if followed is None and not command.is_log_readable:
        say("what dbt did is not known: its log is to have another format or level")
    if followed is not None and is_left_open(command, outcome, followed):
        _close(closing, outcome, followed, aftermath)


def _run(command: DbtCommand, environment: Mapping[str, str]) -> process.Outcome:
    try:
        return process.run(command.words, environment)
    except FileNotFoundError:
        say(f"{command.words[0]} is not there")
        raise SystemExit(process.NOT_FOUND) from None
    except OSError as error:
        say(f"{command.words[0]} cannot be run: {error.strerror}")
        raise SystemExit(process.NOT_EXECUTABLE) from None


def _followed_environment(environment: Mapping[str, str], spans: Path) -> dict[str, str]:
    """dbt-core heeds the first two and dbt v2 the others; none changes what is on the terminal."""
    return {
        "DBT_LOG_FORMAT_FILE": "json",
        "DBT_LOG_LEVEL_FILE": "debug",
        "DBT_OTEL_FILE_NAME": str(spans),
        "DBT_INVOCATION_ID": environment.get("DBT_INVOCATION_ID") or str(uuid.uuid4()),
    }


def _what_happened(spans: Path, mark: core_log.LogMark, pid: int) -> Followed | None:
    if spans.is_file():
        with spans.open(encoding="utf-8", errors="replace") as lines:
            return v2_log.read(lines)
    return core_log.read(mark.lines(), pid)


def _load_waiting(closing: Closing) -> None:
    """The ends of earlier jobs, in their order. They can wait: this job goes first if they fail."""
    try:
        closing.spool.load(lambda row: closing.write([row]), seconds=LOAD_SECONDS)
    except Exception as error:  # noqa: BLE001 - what waits goes on waiting
        say(
            f"could not record the ends of earlier jobs, which stay in {closing.spool.folder}: "
            f"{redact(str(error))}"
        )


def _close(
    closing: Closing, outcome: process.Outcome, followed: Followed, aftermath: process.Aftermath
) -> None:
    profile = closing.profile
    known = {
        "project_name": profile.project_name if profile else None,
        "adapter_type": profile.adapter if profile else None,
    }
    secrets = [value for name, value in os.environ.items() if name.startswith(_SECRET)]
    row = row_of(closing.command, outcome, followed, known, secrets=secrets)
    try:
        with aftermath.may_be_cut_short():
            closing.write([row])
    except KeyboardInterrupt:
        _keep(closing, row, "cut short by a signal")
    except Exception as error:  # noqa: BLE001 - whatever it is, the row is not to be lost
        _keep(closing, row, redact(str(error)))
    else:
        say(f"{row['process_step_id']} is closed as {row['status']}{_reason(row)}")


def _keep(closing: Closing, row: Row, reason: str) -> None:
    try:
        path = closing.spool.keep(row)
    except OSError as error:
        say(f"could not record the end of this job: {reason} (nor keep it: {error.strerror})")
    else:
        say(f"could not record the end of this job: {reason} (kept for the next one in {path})")


def _notify(notice: Notice, closing: Closing, followed: Followed) -> None:
    """dbt has ended, so nobody waits for this but the shell, and not for long."""
    profile = closing.profile

    def tell() -> None:
        if profile is None:
            raise NotifyError("notify: the row cannot be read, because dbt's profile cannot.")
        with Session(profile, read_only=True) as session:
            jobs = Jobs(session)
            for job in jobs.with_ids([f"JOB_{followed.invocation_id}"]):
                notify(notice, jobs, job)

    # A warehouse that does not answer gets as long as those who are to be told.
    seconds = notice.seconds * (1 + bool(notice.command) + bool(notice.url))
    try:
        if not within(seconds + 1, tell):
            say(f"notify: the row could not be read and told in {seconds:g} s")
    except Exception as error:  # noqa: BLE001 - nobody was told, and dbt's end stays what it is
        is_ours = isinstance(error, RunLedgerError)
        say(str(error) if is_ours else f"notify: {type(error).__name__}: {redact(str(error))}")


def _reason(row: Row) -> str:
    job_errors = [each["message"] for each in row["errors"] if each["resource_type"] == "job"]
    return f": {job_errors[0][:200]}" if job_errors else ""
