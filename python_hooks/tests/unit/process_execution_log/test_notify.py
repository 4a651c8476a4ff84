"""Telling somebody how a job ended: when, what, and never for longer than it may take."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from dbt_run_ledger.errors import InputError
from dbt_run_ledger.process_execution_log.jobs import Job, Jobs
from dbt_run_ledger.process_execution_log.notify import (
    Notice,
    NotifyError,
    event_of,
    notice_from,
    notify,
)
from tests.unit.process_execution_log.made_jobs import job, step

FAILED = job("FAILED", step("bad", "ERROR", end=3), end=4)
SUCCESS = job("SUCCESS", step("good", end=3), end=4)


class History(Jobs):
    """The ledger of a job that ran once before."""

    def __init__(self, *earlier: Job) -> None:
        self.earlier = list(earlier)

    def like(self, job: Job, limit: int) -> list[Job]:  # noqa: ARG002
        return self.earlier[:limit]


@pytest.mark.parametrize(
    ("now", "before", "event"),
    [
        ("FAILED", "SUCCESS", "failure"),
        ("CANCELLED", None, "failure"),
        ("LOST", "LOST", "failure"),
        ("SUCCESS", "FAILED", "recovery"),
        ("SUCCESS", "LOST", "recovery"),
        ("SUCCESS", "SUCCESS", "success"),
        ("SUCCESS", None, "success"),
        ("RUNNING", "FAILED", None),
    ],
)
def test_what_an_end_is(now: str, before: str | None, event: str | None) -> None:
    assert event_of(job(now), job(before) if before else None) == event


@pytest.mark.parametrize(
    ("when", "told"),
    [("failure", [1]), ("recovery", [2]), ("failure,recovery", [1, 2]), ("always", [1, 2, 3])],
)
def test_only_what_was_asked_for_is_told(tmp_path: Path, when: str, told: list[int]) -> None:
    ends = {1: (FAILED, SUCCESS), 2: (SUCCESS, FAILED), 3: (SUCCESS, SUCCESS)}
    script = tmp_path / "tell.py"
    script.write_text(f"open({str(tmp_path / 'told')!r}, 'a').write('x')")
    notice = notice_from({}, command=f"{sys.executable} {script}", when=when)
    found = [
        number for number, (now, before) in ends.items() if notify(notice, History(before), now)
    ]
    assert found == told
    assert (tmp_path / "told").read_text() == "x" * len(told)


def test_a_command_gets_the_row(tmp_path: Path) -> None:
    out = tmp_path / "message.json"
    script = tmp_path / "a tell.py"
    script.write_text(
        "import json, os, sys\n"
        "names = ('ID', 'STATUS', 'EVENT')\n"
        "env = [os.environ['RUN_LEDGER_' + name] for name in names]\n"
        f"json.dump([env, json.load(sys.stdin)], open({str(out)!r}, 'w'))\n"
    )
    notice = Notice(command=f"{sys.executable} '{script}'")
    assert notify(notice, History(), FAILED) == "failure"
    environment, message = json.loads(out.read_text())
    assert environment == [FAILED.id, "FAILED", "failure"]
    assert message["text"] == "FAILED shop build (dev) after 4 s: bad: boom"
    assert message["row"]["process_step_id"] == FAILED.id
    assert message["row"]["execution_start_tmstp"] == "2026-11-21 12:00:00.000"
    assert message["row"]["step_execution_obj"]["models"][0]["status"] == "ERROR"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import time; time.sleep(60)", r"did not end in 0.5 s"),
        ("raise SystemExit(3)", r"ended with exit code 3"),
    ],
)
def test_a_command_that_fails_is_one_error_in_bounded_time(
    tmp_path: Path, code: str, message: str
) -> None:
    script = tmp_path / "tell.py"
    script.write_text(code)
    started = time.monotonic()
    with pytest.raises(NotifyError, match=message):
        notify(Notice(command=f"{sys.executable} {script}", seconds=0.5), History(), FAILED)
    assert time.monotonic() - started < 10
    with pytest.raises(NotifyError, match="nowhere/tell cannot be run: No such file"):
        notify(Notice(command="/nowhere/tell"), History(), FAILED)


class Hook(BaseHTTPRequestHandler):
    bodies: list[Any] = []  # noqa: RUF012

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.bodies.append(json.loads(body))
        self.send_response(500 if "broken" in self.path else 204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is to be printed."""


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_webhook_gets_the_row_and_its_address_stays_secret(address: str) -> None:
    token = "T0KEN-of-the-channel"
    assert notify(Notice(url=f"{address}/{token}"), History(), FAILED) == "failure"
    assert Hook.bodies[-1]["event"] == "failure"
    assert Hook.bodies[-1]["row"]["error_message_obj"][0]["message"] == "boom"
    with pytest.raises(NotifyError, match=r"127.0.0.1 answered 500") as raised:
        notify(Notice(url=f"{address}/broken/{token}"), History(), FAILED)
    assert token not in str(raised.value)
    with pytest.raises(NotifyError, match=r"localhost cannot be reached"):
        notify(Notice(url=f"http://localhost:1/{token}"), History(), FAILED)


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"RUN_LEDGER_NOTIFY_ON": "sometimes"}, "ON: expected failure, recovery, always"),
        ({"RUN_LEDGER_NOTIFY_URL": "file:///etc/passwd"}, "URL: expected an address"),
        ({"RUN_LEDGER_NOTIFY_URL": "https://[::1/x"}, "URL: expected an address"),
        ({"RUN_LEDGER_NOTIFY_URL": "https://host:tok/en"}, "URL: expected an address"),
        ({"RUN_LEDGER_NOTIFY_URL": "https://me:T0KEN@host/"}, "URL: expected an address"),
        ({"RUN_LEDGER_NOTIFY_COMMAND": "tell 'me"}, "COMMAND: expected a command"),
        ({"RUN_LEDGER_NOTIFY_COMMAND": "  "}, "COMMAND: expected a command"),
        ({"RUN_LEDGER_NOTIFY_SECONDS": "soon"}, "SECONDS: expected a number above 0"),
        ({"RUN_LEDGER_NOTIFY_SECONDS": "0"}, "SECONDS: expected a number above 0"),
    ],
)
def test_what_cannot_be_asked_for(environment: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        notice_from(environment)


def test_it_is_off_unless_somebody_is_named() -> None:
    assert not notice_from({}).is_on
    named = notice_from(
        {"RUN_LEDGER_NOTIFY_COMMAND": "tell", "RUN_LEDGER_NOTIFY_ON": "always"}, when="recovery"
    )
    assert (named.is_on, named.command, named.when) == (True, "tell", ("recovery",))


@pytest.fixture
def odd_server() -> Iterator[Callable[[Callable[[socket.socket], None]], str]]:
    """A server that answers in a way of its own."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(answer: Callable[[socket.socket], None]) -> str:
        def once() -> None:
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    answer(connection)

        threading.Thread(target=once, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/T0KEN"

    yield serve
    listener.close()


def test_a_server_that_never_ends_its_answer_holds_nobody_up(
    odd_server: Callable[[Callable[[socket.socket], None]], str],
) -> None:
    """A time-out of a socket begins anew with each byte."""

    def trickle(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for _ in range(100):
            connection.sendall(b"X: x\r\n")
            time.sleep(0.1)

    begun = time.monotonic()
    with pytest.raises(NotifyError, match=r"did not answer in 0.5 s") as raised:
        notify(Notice(url=odd_server(trickle), seconds=0.5), History(), FAILED)
    assert time.monotonic() - begun < 5
    assert "T0KEN" not in str(raised.value)


def test_a_server_that_speaks_no_http_is_one_error(
    odd_server: Callable[[Callable[[socket.socket], None]], str],
) -> None:
    def answer(connection: socket.socket) -> None:
        connection.recv(100_000)
        connection.sendall(b"220 mail.example.org ESMTP\r\n")

    with pytest.raises(NotifyError, match="did not answer as a web server does"):
        notify(Notice(url=odd_server(answer), seconds=5), History(), FAILED)
