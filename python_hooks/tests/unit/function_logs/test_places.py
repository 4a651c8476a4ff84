"""Where files lie: a folder and S3 behave alike, over real HTTP (A2, A14, A15)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timezone
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from dbt_run_ledger.errors import InputError, MissingDependencyError
from dbt_run_ledger.function_logs.handler import FunctionLogHandler
from dbt_run_ledger.function_logs.places import (
    LogPlace,
    folder_of,
    log_files,
    partition_of,
    place_at,
)

NOW = datetime(2026, 1, 2, 5, 30, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, Any]]:
    """The options that lead to a bucket `logs` on a server of its own."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    client = {"endpoint_url": f"http://{host}:{port}", "region_name": "us-east-1"}
    keys = {"aws_access_key_id": "made-up", "aws_secret_access_key": "made-up"}
    boto3 = import_module("boto3")
    boto3.client("s3", **client, **keys).create_bucket(Bucket="logs")
    yield {"key": "made-up", "secret": "made-up", "client_kwargs": client}
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> LogPlace:
    if request.param == "folder":
        return place_at(str(tmp_path / "logs"))
    options = request.getfixturevalue("s3")
    return place_at(f"s3://logs/{tmp_path.name}", options)


def test_files_are_found_hour_by_hour(place: LogPlace) -> None:
    for hour in (3, 4, 5):
        moment = NOW.replace(hour=hour)
        place.write(f"{folder_of(moment)}/a.json", f"{hour}\n".encode())
    place.write("YEAR=2025/MONTH=12/DAY=31/HOUR=23/old.json", b"old")
    place.write(f"{folder_of(NOW)}/notes.txt", b"no log")
    found = [f"YEAR=2026/MONTH=01/DAY=02/HOUR=0{hour}/a.json" for hour in (3, 4, 5)]
    assert list(log_files(place, None, NOW)) == [
        "YEAR=2025/MONTH=12/DAY=31/HOUR=23/old.json",
        *found,
    ]
    assert list(log_files(place, NOW.replace(hour=4), NOW)) == found[1:]
    assert place.read(found[0]) == b"3\n"


def test_the_handler_writes_to_s3(s3: dict[str, Any]) -> None:
    """A28: the program's log line is an object in its partition, put over HTTP."""
    handler = FunctionLogHandler("s3://logs/live", options=s3, flush_seconds=0.05)
    record = logging.LogRecord("x", logging.INFO, "f", 1, "hello", (), None)
    handler.emit(record)
    handler.close()
    (name,) = handler.place.find("YEAR=*/MONTH=*/DAY=*/HOUR=*/*.json")
    assert name.startswith(folder_of(datetime.fromtimestamp(record.created, timezone.utc)))
    assert b'"message": "hello"' in handler.place.read(name)
    assert (handler.dropped, handler.failed_writes) == (0, 0)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("YEAR=2026/MONTH=01/DAY=02/HOUR=00/x.json", (2026, 1, 2, 0)),
        ("s3://b/logs/YEAR=2026/MONTH=1/DAY=2/HOUR=14/x.json", (2026, 1, 2, 14)),
        ("YEAR=2026/MONTH=01/DAY=02/x.json", None),
        ("YEAR=2026/MONTH=01/DAY=02/HOUR=14/x.csv", None),
    ],
)
def test_the_partition_of_a_path(name: str, expected: tuple[int, ...] | None) -> None:
    """A14, A15, AC8: whole numbers, whether the path pads them or not."""
    assert partition_of(name) == expected


def test_a_place_that_is_none_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="Expected the place of log files"):
        place_at(" ")
    with pytest.raises(InputError, match="nowhere://x cannot be opened"):
        place_at("nowhere://x")
    monkeypatch.setitem(__import__("sys").modules, "fsspec.core", None)
    with pytest.raises(MissingDependencyError, match="dbt-run-ledger\\[logs\\]"):
        place_at("s3://bucket/logs")
