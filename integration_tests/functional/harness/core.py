"""dbt-core without its seconds of imports: each command is a fork of a process that has them."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotDone
from functools import cached_property
from pathlib import Path
from typing import IO

from integration_tests.functional.harness.engines import (
    BASE_ENVIRONMENT,
    PYTHON_SOURCES,
    Invocation,
)


class Fork:
    """A dbt that the zygote started, and waits for."""

    def __init__(self, args: Sequence[str]) -> None:
        self._args = args
        self.started: Future[int] = Future()
        self.ended: Future[int] = Future()

    @property
    def pid(self) -> int:
        return self.started.result(60)

    def poll(self) -> int | None:
        return self.ended.result() if self.ended.done() else None

    def wait(self, timeout: float | None = None) -> int:
        try:
            return self.ended.result(timeout)
        except NotDone:
            raise subprocess.TimeoutExpired(["dbt", *self._args], timeout or 0) from None

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)


class Core:
    name = "core"

    def __init__(self, venv: Path) -> None:
        self.venv = venv
        self._forks: dict[int, Fork] = {}
        self._numbers = itertools.count(1)
        self._writing = threading.Lock()

    @property
    def command(self) -> Path:
        return self.venv / "bin" / "dbt"

    @property
    def environment(self) -> dict[str, str]:
        # As JSON, the log tells the invocation id even when dbt ends before it writes an artifact.
        return {**BASE_ENVIRONMENT, "DBT_LOG_FORMAT_FILE": "json"}

    @cached_property
    def _zygote(self) -> subprocess.Popen[bytes]:
        zygote = subprocess.Popen(
            [self.venv / "bin" / "python", "-W", "ignore", Path(__file__).with_name("zygote.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self.environment,
            start_new_session=True,
        )
        assert zygote.stdout is not None
        if b"ready" not in zygote.stdout.readline():
            raise RuntimeError(f"dbt-core cannot be imported in {self.venv}: run `make setup`")
        threading.Thread(target=self._listen, args=(zygote.stdout,), daemon=True).start()
        return zygote

    def _listen(self, answers: IO[bytes]) -> None:
        for line in answers:
            answer = json.loads(line)
            if "pid" in answer:
                self._forks[answer["id"]].started.set_result(answer["pid"])
            else:
                self._forks.pop(answer["id"]).ended.set_result(answer["exit_code"])

    def start(self, invocation: Invocation) -> Fork:
        fork = Fork(invocation.args)
        number = next(self._numbers)
        self._forks[number] = fork
        request = {
            "id": number,
            "args": list(invocation.args),
            "cwd": str(invocation.folder),
            "env": dict(invocation.env),
            "output": str(invocation.output),
            "path": [str(PYTHON_SOURCES)] if invocation.with_wheel else [],
        }
        with self._writing:
            stdin = self._zygote.stdin
            assert stdin is not None
            stdin.write(json.dumps(request).encode() + b"\n")
            stdin.flush()
        return fork

    def stop(self) -> None:
        if "_zygote" in self.__dict__:
            assert self._zygote.stdin is not None
            self._zygote.stdin.close()
            self._zygote.wait(30)
            del self.__dict__["_zygote"]
