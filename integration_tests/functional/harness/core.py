"""dbt-core without its seconds of imports: each command is a fork of a process that has them."""

from __future__ import annotations

import itertools
import json
import subprocess
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotDone
from functools import cached_property
from pathlib import Path
from typing import IO

from integration_tests.functional.harness.engines import (
    BASE_ENVIRONMENT,
    PYTHON_SOURCES,
    Invocation,
    end_group,
)


class Core:
    name = "core"

    def __init__(self, venv: Path) -> None:
        self.venv = venv
        self._requests: dict[int, tuple[Future[int], Future[int]]] = {}
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
            started, ended = self._requests[answer["id"]]
            if "pid" in answer:
                started.set_result(answer["pid"])
            else:
                ended.set_result(answer["exit_code"])

    def run(self, invocation: Invocation, timeout: float) -> int:
        number = next(self._numbers)
        started: Future[int] = Future()
        ended: Future[int] = Future()
        self._requests[number] = started, ended
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
        process = started.result(60)
        try:
            return ended.result(timeout)
        except NotDone:
            end_group(process)
            ended.result(30)
            raise invocation.timed_out(timeout) from None
        finally:
            del self._requests[number]

    def stop(self) -> None:
        if "_zygote" in self.__dict__:
            assert self._zygote.stdin is not None
            self._zygote.stdin.close()
            self._zygote.wait(30)
            del self.__dict__["_zygote"]
