"""The processing logs of one project, with the Python side at hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dbt_run_ledger import warehouses
from dbt_run_ledger.processing_logs.statements import STATISTICS
from dbt_run_ledger.warehouses import Place, Session, Warehouse
from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.project import Project

Row = dict[str, Any]
HEADER = "user_id,login_count,post_count\n"
USERS = [f"U{number:05d}" for number in range(1, 9)]


@dataclass
class Logs:
    """A project whose tables dbt made, and the session that its profile leads to."""

    project: Project
    session: Session

    @property
    def warehouse(self) -> Warehouse:
        return self.session.warehouse

    @property
    def place(self) -> Place:
        return self.session.place

    @property
    def both(self) -> tuple[Warehouse, Place]:
        return self.warehouse, self.place

    def file(self, name: str, text: str) -> Path:
        path = self.project.folder / name
        path.write_text(HEADER + text)
        return path

    def rows(self, suffix: str = "", order_by: str = "1") -> list[Row]:
        table = self.place.table("processing_logs", suffix)
        return self.warehouse.query(f"select * from {table} order by {order_by}")

    def execute(self, sql: str) -> None:
        """{} stands for processing_logs, {_x} for the table with that suffix."""
        suffixes = ("_warm", "_summary", "_summary_by_type", "_executions", "_digests", "_chain")
        names = {suffix: self.place.table("processing_logs", suffix) for suffix in suffixes}
        self.warehouse.execute(sql.format(self.place.table("processing_logs"), **names))

    def statistics(self) -> dict[str, tuple[int | None, ...]]:
        table = self.place.table("user_statistics")
        rows = self.warehouse.query(f"select * from {table} order by user_id")
        return {row["user_id"]: tuple(row[c] for c in STATISTICS.values()) for row in rows}


@pytest.fixture
def logs(cell: Cell) -> Iterator[Logs]:
    with logs_of(cell) as made:
        yield made


@contextmanager
def logs_of(cell: Cell, **more: Any) -> Iterator[Logs]:
    settings = {"run_ledger_ledgers": ["processing_logs"]}
    settings |= {"run_ledger_processing_logs_months_ahead": 1}  # type: ignore[dict-item]
    project = cell.project("three_models", vars=settings, **more)
    months = ("--args", "{from_month: 2025-01}")
    project.dbt("run-operation", "create_processing_log_months", *months)
    with warehouses.from_profile(project.folder, project.folder) as session:
        made = Logs(project, session)
        users = made.place.table("users")
        session.warehouse.append(users, ["user_id"], [[user] for user in USERS])
        yield made


def change(logs: Logs, statement: str) -> None:
    """As a superuser, whom no trigger stops."""
    roles = ("replica", "origin") if logs.warehouse.name == "postgres" else ()
    for role in roles[:1]:
        logs.execute(f"set session_replication_role = {role}")
    logs.execute(statement)
    for role in roles[1:]:
        logs.execute(f"set session_replication_role = {role}")
