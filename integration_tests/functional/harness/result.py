"""A dbt command that has ended, and one that still runs."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from integration_tests.functional.harness.engines import Invocation, Process, end_group

DEFAULT_TIMEOUT_SECONDS = 300.0


@dataclass(frozen=True)
class Result:
    """What a finished dbt command left."""

    exit_code: int
    output: str
    invocation_id: str | None
    # Where it wrote its logs; dbt-core's dbt.log holds one JSON event a line.
    log_folder: Path

    def __str__(self) -> str:
        return f"exit code {self.exit_code}, invocation {self.invocation_id}\n{self.output}"


@dataclass
class Running:
    """A dbt process in the background."""

    process: Process
    invocation: Invocation
    known_id: str | None

    @property
    def output(self) -> str:
        return self.invocation.output.read_text(errors="replace")

    @property
    def log_folder(self) -> Path:
        return Path(self.invocation.env["DBT_LOG_PATH"])

    @property
    def invocation_id(self) -> str | None:
        return self.known_id or logged_invocation_id(self.log_folder)

    def signal(self, number: int) -> None:
        """To dbt alone, as `kill` does; a terminal would send it to the whole group."""
        self.process.send_signal(number)

    def cpu_seconds(self) -> float:
        """Of its whole group: dbt may be the child of what was started."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                # The name before it, in brackets, may hold blanks.
                fields = stat.read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[2]) == self.process.pid:
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def wait(self, timeout: float = DEFAULT_TIMEOUT_SECONDS) -> Result:
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise self.invocation.timed_out(timeout) from None
        finally:
            end_group(self.process.pid)
            self.process.wait()
        return Result(code, self.output, self.invocation_id, self.log_folder)


def logged_invocation_id(log_folder: Path) -> str | None:
    """The id that dbt-core chose for itself: it takes none from outside."""
    log = log_folder / "dbt.log"
    with log.open() if log.exists() else Path("/dev/null").open() as lines:
        for line in lines:
            if line.startswith("{"):
                return str(json.loads(line)["info"]["invocation_id"])
    return None
