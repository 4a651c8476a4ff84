"""Run dbt: what every engine is given, and dbt v2, which is simply its program."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from integration_tests.functional.harness.keeper import ROOT

PYTHON_SOURCES = ROOT / "python_hooks"
# The environment of every dbt: no telemetry, no look-ups, plain text; CI variables and the user's
# own dbt settings stay out, so that a row says the same on every machine.
BASE_ENVIRONMENT = {
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DBT_VERSION_CHECK": "false",
    "DBT_USE_COLORS": "false",
    "NO_COLOR": "1",
    "LANG": "C.UTF-8",
    "PATH": os.environ.get("PATH", os.defpath),
    **{name: os.environ[name] for name in ("TMPDIR", "TZ") if name in os.environ},
}


class DbtTimeoutError(Exception):
    """dbt did not end in time; the message holds what it printed."""


@dataclass(frozen=True)
class Invocation:
    """One dbt command, ready to run."""

    args: Sequence[str]
    folder: Path
    env: Mapping[str, str]
    output: Path
    # Put the project's Python sources on dbt-core's path, as installing the wheel would.
    with_wheel: bool = False

    def timed_out(self, seconds: float) -> DbtTimeoutError:
        command = " ".join(self.args)
        text = self.output.read_text(errors="replace")
        return DbtTimeoutError(f"`dbt {command}` did not end in {seconds} s:\n{text}")


class Process(Protocol):
    """What a test may do with a dbt that runs: the part of subprocess.Popen that a fork has, too."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int) -> None: ...


class Engine(Protocol):
    name: str

    @property
    def command(self) -> Path:
        """The dbt program, for tests that run it themselves."""

    @property
    def environment(self) -> dict[str, str]:
        """What it needs to have in its environment."""

    def start(self, invocation: Invocation) -> Process:
        """A process in a group of its own, as quickly as the engine can; output goes to the file."""

    def stop(self) -> None:
        """End what the engine keeps running between invocations."""


def start_program(engine: Engine, invocation: Invocation) -> subprocess.Popen[bytes]:
    """dbt from its first instruction on, in a group of its own; output goes to the file."""
    env = dict(invocation.env)
    if invocation.with_wheel:
        env["PYTHONPATH"] = str(PYTHON_SOURCES)
    with invocation.output.open("ab") as output:
        return subprocess.Popen(
            [str(engine.command), *invocation.args],
            cwd=invocation.folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def run(engine: Engine, invocation: Invocation, timeout: float) -> int:
    """The exit code; a time-out ends dbt and raises."""
    process = engine.start(invocation)
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        raise invocation.timed_out(timeout) from None
    finally:
        end_group(process.pid)
        process.wait()


def end_group(process: int) -> None:
    try:
        os.killpg(process, signal.SIGKILL)
    except ProcessLookupError:
        return


class V2:
    name = "v2"

    def __init__(self, venv: Path) -> None:
        self.venv = venv

    @property
    def command(self) -> Path:
        return self.venv / "bin" / "dbt"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **BASE_ENVIRONMENT,
            "XDG_CACHE_HOME": str(self.venv / "cache"),
            "DBT_ALLOW_EXPERIMENTAL_ADAPTERS": "true",
        }

    def start(self, invocation: Invocation) -> Process:
        return start_program(self, invocation)

    def stop(self) -> None:
        """Nothing runs between invocations."""
