"""Loading: each file once, whoever else loads and whatever goes wrong in between."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

from dbt_run_ledger import warehouses
from dbt_run_ledger.cli import main
from dbt_run_ledger.function_logs.loader import Loader
from dbt_run_ledger.function_logs.places import Folder
from integration_tests.functional.function_logs.log_files import HOUR, START, Entry, LogFile, entry
from integration_tests.functional.function_logs.logs_project import (
    create,
    deliver,
    logs_project,
    place_of,
    tree_of,
)
from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.project import Project


def some_files(count: int) -> list[LogFile]:
    return [
        LogFile(
            START + number * HOUR,
            [
                Entry(entry(START + number * HOUR, f"f{line}"), START + number * HOUR)
                for line in range(5)
            ],
        )
        for number in range(count)
    ]


def counts(project: Project) -> dict[str, int]:
    name = project.name_of("azfunctions_logs", project.space.ledger_schema)
    (row,) = project.query(
        f"select (select count(*) from {name}) as entries, (select count(*) from {name}_files) as files, "
        f"(select count(distinct log_id) from {name}) as ids"
    )
    return row


class Dying(Folder):
    """A place whose third file cannot be read: the loader dies in the middle."""

    reads = 0

    def read(self, name: str) -> bytes:
        self.reads += 1
        if self.reads == 3:
            raise OSError("the network is away")
        return super().read(name)


@excluded("loading")
def test_files_load_once(
    cell: Cell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A27: one that dies, eight at once, the command, and what is left: no partition but the month's
    on Postgres, no file on Snowflake's stage."""
    project = logs_project(cell)
    create(project)
    deliver(project, some_files(30))
    monkeypatch.setattr("dbt_run_ledger.function_logs.loader.LINES_AT_ONCE", 10)

    def load(place: Any) -> int:
        with closing(project.connect()) as connection:
            loader = Loader(warehouses.from_connection(connection), place_of(project))
            return loader.load(place).files

    with pytest.raises(OSError, match="the network is away"):
        load(Dying(tree_of(project)))
    assert counts(project) == {"entries": 10, "files": 2, "ids": 10}
    # The emulated Snowflake takes no two transactions at once.
    loaders = 8 if cell.warehouse.name == "postgres" else 1
    with ThreadPoolExecutor(loaders) as pool:
        loaded = list(pool.map(load, [Folder(tree_of(project))] * loaders))
    assert sum(loaded) == 28
    assert counts(project) == {"entries": 150, "files": 30, "ids": 150}
    check_command(project, capsys)
    if cell.warehouse.name == "postgres":
        check_partitions(project)
    else:
        stage = project.name_of("azfunctions_logs_parts", project.space.ledger_schema)
        assert project.query(f"list @{stage}") == []


def check_partitions(project: Project) -> None:
    partitions = project.query(
        "select distinct c.relname as name from pg_class c join pg_inherits i on i.inhrelid = c.oid "
        f"where relnamespace = '{project.space.ledger_schema}'::regnamespace and relkind = 'r'"
    )
    names = {row["name"] for row in partitions}
    assert f"azfunctions_logs_{START:%Y_%m}" in names
    assert "azfunctions_logs_other" in names
    plan = project.query(
        f"explain select * from {project.name_of('azfunctions_logs', project.space.ledger_schema)} "
        f"where year = {START.year} and month = {START.month} and day = {START.day}"
    )
    # A20: one month's partition, and the default one holds nothing of it.
    scanned = {name for name in names if any(f" on {name}" in str(row) for row in plan)}
    assert scanned == {f"azfunctions_logs_{START:%Y_%m}"}


def check_command(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    deliver(project, some_files(1))
    options = ["--project-dir", str(project.folder), "--profiles-dir", str(project.folder)]
    since = f"{START:%Y-%m-%dT%H}"
    command = ["ingest-logs", str(tree_of(project)), "--since", since, "--json", *options]
    assert main(command) == 0
    out = capsys.readouterr()
    assert json.loads(out.out) == {"files": 1, "entries": 5, "rejects": 0, "skipped_files": 30}
    assert "log files: 31" in out.err
    assert main(["ingest-logs", *options]) == 2
    assert "name a folder or a URL" in capsys.readouterr().err
    assert main(["ingest-logs", "x", "--since", "now", *options]) == 2
    assert "expected a day or an hour" in capsys.readouterr().err
    assert main(["notify-alerts", *options]) == 2
    assert "name a --webhook or set RUN_LEDGER_WEBHOOK" in capsys.readouterr().err
