"""A program behind `exec` and the same program without: nobody can tell them apart."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import dbt_run_ledger

SOURCES = Path(dbt_run_ledger.__file__).parents[1]
RUN = """
import json, os, sys
from dbt_run_ledger.exec import process
outcome = process.run(sys.argv[2:], os.environ)
json.dump([outcome.code, outcome.killed_by, [n for n, _ in outcome.signals]], open(sys.argv[1], "w"))
sys.exit(process.end_like(outcome))
"""
# Two signals at the same moment are one: this makes what is passed on come later.
LATER = """
import time
now = time.time
time.time = lambda: (time.sleep(0.1), now())[1]
"""
# Says when it listens, and how often it was told to stop.
LISTENS = """
import signal, sys, time
seen = []
signal.signal(signal.{name}, lambda *_: seen.append(1))
print("listening", flush=True)
deadline = time.monotonic() + 30
while not seen and time.monotonic() < deadline:
    time.sleep(0.01)
time.sleep(0.3)
sys.exit(10 + len(seen))
"""


def start(tmp_path: Path, code: str, *, own_session: bool = False) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", RUN, str(tmp_path / "outcome"), sys.executable, "-c", code]
    return subprocess.Popen(
        words,
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
        start_new_session=own_session,
    )


def test_output_and_exit_code_are_the_programs(tmp_path: Path) -> None:
    code = "import sys; print('out', sys.stdin.read()); print('err', file=sys.stderr); sys.exit(7)"
    running = start(tmp_path, code)
    out, err = running.communicate("in", timeout=30)
    assert (out, err, running.returncode) == ("out in\n", "err\n", 7)
    assert (tmp_path / "outcome").read_text() == "[7, null, []]"


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_to_exec_alone_reaches_the_program_once(tmp_path: Path, name: str) -> None:
    """The program decides what becomes of it, as it does without."""
    running = start(tmp_path, LISTENS.format(name=name), own_session=True)
    assert running.stdout is not None
    assert running.stdout.readline() == "listening\n"
    running.send_signal(getattr(signal, name))
    assert running.wait(30) == 11
    assert (tmp_path / "outcome").read_text() == f'[11, null, ["{name}"]]'
    running.communicate()


def test_what_was_ignored_stays_ignored(tmp_path: Path) -> None:
    """As nohup and the shells have it for what runs in the background."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        code = "import signal; print(signal.getsignal(signal.SIGHUP) is signal.SIG_IGN)"
        out, _ = start(tmp_path, code).communicate(timeout=30)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert out == "True\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGSEGV])
def test_death_by_a_signal_is_passed_on(tmp_path: Path, number: signal.Signals) -> None:
    running = start(tmp_path, f"import os; os.kill(os.getpid(), {int(number)})")
    running.communicate(timeout=30)
    assert running.returncode == -number
    assert (tmp_path / "outcome").read_text() == f'[{-number}, "{number.name}", []]'


def test_a_ctrl_c_of_the_terminal_comes_once(tmp_path: Path) -> None:
    """It goes to the whole group in the foreground: passed on as well, it would come twice."""
    pid, terminal = os.forkpty()
    if pid == 0:
        code = LISTENS.format(name="SIGINT")
        runs = [sys.executable, "-c", LATER + RUN, str(tmp_path / "outcome")]
        words = [*runs, sys.executable, "-c", code]
        os.execve(  # noqa: S606 - the child of the terminal becomes the program
            sys.executable, words, {**os.environ, "PYTHONPATH": str(SOURCES)}
        )
    seen = b""
    while b"listening" not in seen:
        seen += os.read(terminal, 1000)
    os.write(terminal, b"\x03")
    deadline = time.monotonic() + 30
    ended, status = 0, 0
    while not ended and time.monotonic() < deadline:
        ended, status = os.waitpid(pid, os.WNOHANG)
        time.sleep(0.02)
    os.close(terminal)
    assert ended == pid
    assert os.waitstatus_to_exitcode(status) == 11
    assert (tmp_path / "outcome").read_text() == '[11, null, ["SIGINT"]]'


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "dbt_run_ledger", "exec", "--", "/nowhere/dbt", "--version"]
    done = subprocess.run(
        words,
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout) == (127, "")
    assert done.stderr == "run-ledger: /nowhere/dbt is not there\n"
