"""How a job ended that did not say so itself. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from dbt_run_ledger.exec.dbt_command import DbtCommand
from dbt_run_ledger.exec.followed import Followed, first_error
from dbt_run_ledger.exec.process import Outcome
from dbt_run_ledger.recorder.state import (
    STEP_STATUSES,
    JobState,
    JobStatus,
    NodeEvent,
    NodeFinished,
)
from dbt_run_ledger.redaction import redact

Row = dict[str, Any]
# More than is stored: redaction comes first, and a secret must not be cut in two before it.
LONGEST_ERROR = 20_000
# What a statement and the environment of a process hold: Snowflake's statements are the shortest.
LONGEST_DOCUMENT = 700_000
LONGEST_ON_SNOWFLAKE = 90_000
# All texts of the environment together may have 2 MB.
MOST_CHARACTERS = 1_500_000
# Signals by which a program ends itself, or the system a program that went wrong.
_CRASHES = ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGTRAP", "SIGSYS")
_VERBS = {"SIGINT": "interrupted", "SIGKILL": "killed"}


def is_left_open(command: DbtCommand, outcome: Outcome, followed: Followed | None) -> bool:
    """Whether the row may be missing or RUNNING although dbt is gone."""
    # An invocation that nobody saw begin has no id: an option that dbt does not know, say.
    if command.job is None or followed is None or followed.has_closed:
        return False
    # Where nothing was selected no hook ran, and all is well.
    return outcome.code != 0 or followed.has_started or bool(followed.events)


def end_of(
    outcome: Outcome, has_errors: bool, errors: Iterable[str]
) -> tuple[JobStatus, str | None]:
    """The status of the job, and why."""
    asked = outcome.signals[-1][0] if outcome.signals else None
    killed_by = outcome.killed_by
    if killed_by in _CRASHES:
        return "FAILED", f"dbt crashed ({killed_by})"
    name = killed_by or (asked if outcome.code else None)
    if name:
        return "CANCELLED", f"dbt was {_VERBS.get(name, 'terminated')} ({name})"
    if outcome.code and not has_errors:
        return "FAILED", first_error(list(errors)) or f"dbt ended with exit code {outcome.code}"
    return ("FAILED" if has_errors else "SUCCESS"), None


def row_of(
    command: DbtCommand,
    outcome: Outcome,
    followed: Followed,
    known: Mapping[str, Any],
    *,
    secrets: Iterable[str] = (),
) -> Row:
    """The end of the job as the macro record_end() takes it.

    known: what the project says (project_name, target_name, adapter_type).
    """
    state = JobState(max_error_chars=LONGEST_ERROR)
    asked_at_ms = min((at for _, at in outcome.signals), default=float("inf")) * 1000
    for event in followed.events:
        # What broke because dbt was told to stop did not fail: it was cancelled.
        is_broken_off = (
            isinstance(event, NodeFinished)
            and event.at_ms >= asked_at_ms
            and STEP_STATUSES.get(event.dbt_status, "ERROR") == "ERROR"
        )
        if not is_broken_off:
            state.apply(_redacted(event))
    status, message = end_of(outcome, state.has_errors, followed.errors)
    state.close(status, message and _text(message))
    is_snowflake = known.get("adapter_type") == "snowflake"
    document, errors = _that_fit(state, LONGEST_ON_SNOWFLAKE if is_snowflake else LONGEST_DOCUMENT)
    row = {
        "process_step_id": f"JOB_{followed.invocation_id}",
        "status": status,
        "started": outcome.started,
        "ended": outcome.ended,
        "facts": {
            "invocation_id": followed.invocation_id,
            "project_name": known.get("project_name"),
            "command": command.job,
            "selection": command.selection(),
            **({"dbt_version": followed.dbt_version} if followed.dbt_version else {}),
        },
        "counts": {**state.counts(), "planned_models": None},
        "document": document,
        "errors": errors,
    }
    return _without(row, [secret for secret in secrets if secret])


def _that_fit(state: JobState, longest: int) -> tuple[Row, list[Row]]:
    """The steps and the errors, each in so many characters: as JSON a text may be six times as long
    as it is.
    """
    while len(json.dumps(state.errors())) > longest and state.max_error_chars > 1:
        state.max_error_chars //= 2
    return json.loads(state.document_text(longest)), state.errors()


def _redacted(event: NodeEvent) -> NodeEvent:
    if isinstance(event, NodeFinished) and event.message:
        return replace(event, message=_text(event.message))
    return event


def _text(text: str) -> str:
    """For the file, where the row may have to wait, and for the line on the terminal."""
    return redact(text[: LONGEST_ERROR + 5_000])


def _without(row: Row, secrets: list[str]) -> Row:
    """dbt blanks these in what it logs; whatever it missed is not kept."""
    text = json.dumps(row)
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(json.dumps(secret)[1:-1], "*****")
    cleaned: Row = json.loads(text)
    return cleaned
