"""The servers of one test run: each is started by the first test that needs it, and shared."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from integration_tests.functional.harness.keeper import ROOT, START_SECONDS

# Inherited by the workers of pytest-xdist, so that they share the servers of their controller.
_VARIABLE = "RUN_LEDGER_TEST_SERVICES"
_PREFIX = "run-ledger-tests-"


class ServiceError(Exception):
    """A test server did not start."""


def _folder() -> Path:
    """The folder of this run; the process that asks first becomes the owner of the servers."""
    if _VARIABLE not in os.environ:
        _remove_leftovers()
        folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        # Postgres runs as another user when the tests run as root.
        folder.chmod(0o755)
        os.environ[_VARIABLE] = str(folder)
    return Path(os.environ[_VARIABLE])


def _owner(folder: Path) -> int:
    return int(folder.name.removeprefix(_PREFIX).split("-")[0])


def _remove_leftovers() -> None:
    """Runs whose keeper was killed too leave a folder; a server without its folder ends itself."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        if re.fullmatch(rf"{_PREFIX}\d+-\w+", folder.name):
            try:
                os.kill(_owner(folder), 0)
            except ProcessLookupError:
                shutil.rmtree(folder, ignore_errors=True)
            except PermissionError:
                continue


def prepare() -> None:
    """Make this process the owner; starts nothing."""
    _folder()


def service(kind: str) -> dict[str, Any]:
    """The address of the server `postgres` or `snowflake`, started now if it does not run yet."""
    folder = _folder() / kind
    with (_folder() / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready.json").exists():
            _start(kind, folder)
    address: dict[str, Any] = json.loads((folder / "ready.json").read_text())
    return address


def _start(kind: str, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "failed.txt").unlink(missing_ok=True)
    module = "integration_tests.functional.harness.keeper"
    with (folder / "keeper.log").open("wb") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", module, str(_owner(_folder())), str(folder), kind],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=ROOT,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS + 30
    while not (folder / "ready.json").exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            raise ServiceError(f"{kind}: {(folder / 'keeper.log').read_text()[-3000:]}")
        time.sleep(0.02)


def stop_all() -> None:
    """Stop the servers that this process owns."""
    folder = Path(os.environ.get(_VARIABLE, ""))
    if _VARIABLE not in os.environ or _owner(folder) != os.getpid():
        return
    keepers = [int(json.loads(f.read_text())["keeper"]) for f in folder.glob("*/ready.json")]
    for keeper in keepers:
        os.kill(keeper, signal.SIGTERM)
    deadline = time.monotonic() + 30
    while any(folder.glob("*/ready.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    shutil.rmtree(folder, ignore_errors=True)
    del os.environ[_VARIABLE]
