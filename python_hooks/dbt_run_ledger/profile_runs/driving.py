"""Run dbt's profile operations as a process and follow what they print."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dbt_run_ledger.errors import InputError, RunLedgerError

_LINE = re.compile(
    r"run_ledger: profile (\d+) of (\d+): (.+) ([A-Z]*)(?:, known already)? \(run (\w*)\)"
)
# What colours a terminal.
_COLOURS = re.compile("\x1b\\[[0-9;]*m")
# Enough of dbt's output to hold the error of a statement.
_KEPT_LINES = 40


class ProfileFailedError(RunLedgerError):
    """dbt could not profile what was asked."""


@dataclass(frozen=True)
class Done:
    """A table that dbt has finished with."""

    number: int
    total: int
    table: str
    status: str
    run_id: str


def done_in(line: str) -> Done | None:
    found = _LINE.search(line)
    if not found:
        return None
    number, total, table, status, run_id = found.groups()
    return Done(int(number), int(total), table, status, run_id)


def operation(
    dbt: str, name: str, given: Mapping[str, Any], options: Sequence[str]
) -> Iterator[Done]:
    """Each table as dbt finishes it; raises with the end of dbt's output when dbt fails."""
    arguments = json.dumps({key: value for key, value in given.items() if value is not None})
    command = [dbt, "run-operation", f"run_ledger.{name}", "--args", arguments, *options]
    last: deque[str] = deque(maxlen=_KEPT_LINES)
    environment = {"GIT_COMMIT": commit(), **os.environ}
    try:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        )
    except FileNotFoundError as error:
        raise InputError(
            f"--dbt: expected the dbt program, got {dbt}, which is not there."
        ) from error
    with process:
        for line in process.stdout or ():
            plain = _COLOURS.sub("", line)
            last.append(plain.rstrip())
            if done := done_in(plain):
                yield done
    if process.returncode:
        raise ProfileFailedError("\n".join(line for line in last if line))


def commit() -> str:
    """The commit that is checked out here, or nothing."""
    command = ["git", "rev-parse", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
