"""The run summary over all five ledgers: rows in, one hand-made table out."""

from __future__ import annotations

from typing import Any

import pytest

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.project import Project
from integration_tests.functional.process_execution_log.ledger_rows import ledger
from integration_tests.functional.run_summary.five_ledgers import (
    LEASE_TEXT,
    SELECTED,
    ago,
    at,
    expected,
    fill,
    five_ledgers,
)

Row = dict[str, Any]


def summary(project: Project) -> dict[str, Row]:
    """The rows by their id, without what is null; the rows of one id are one."""
    rows = project.table("run_summary")
    found = {row["run_summary_id"]: row for row in rows}
    assert len(found) == len(rows)
    return {
        key: {name: value for name, value in row.items() if value is not None}
        for key, row in found.items()
    }


def test_one_row_a_run_over_five_ledgers(cell: Cell) -> None:
    """CC1, CC2, X43: every status of every ledger in one vocabulary."""
    project = five_ledgers(cell)
    project.dbt("run", *SELECTED)
    assert summary(project) == {}
    fill(project)
    # Nobody has built anything since: what the ledgers hold is there, but for the functions.
    wanted = expected()
    live = {key: row for key, row in wanted.items() if row["ledger"] != "function_logs"}
    assert summary(project) == live
    project.dbt("run", *SELECTED)
    assert summary(project) == wanted
    project.dbt("run", *SELECTED)
    assert summary(project) == wanted
