"""The models and analyses over the profile ledger: history, drift, parts, and when to run again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.keeper import ROOT
from integration_tests.functional.harness.project import Project
from integration_tests.functional.harness.warehouses import Row
from integration_tests.functional.profile_runs.profiles import (
    create,
    operation,
    profile,
    profile_with,
    profiled,
    runs,
)

ANALYSES = ROOT / "analyses" / "profile_runs"
FILES = {
    "models/orders.sql": "{{ config(materialized='table') }} select 1 as placeholder",
    "models/schema.yml": """
version: 2
models:
  - name: orders
    data_tests: [run_ledger.no_profile_drift]
    columns:
      - name: id
        data_tests: [run_ledger.no_profile_drift]
""",
}
EXPECTED_REASONS = {
    "id": "",
    "amount": "null rate; distinct rate; mean; quantiles; new values; vanished values; ",
    "city": "new values; vanished values; ",
    # In the table both times, and at 4 in 1,000 not among what is listed of it.
    "rare": "",
    "gone": "vanished column; ",
    "added": "new column; ",
}


def values(*rows: str) -> str:
    return "values " + ", ".join(f"({row})" for row in rows)


def prepared(cell: Cell) -> Project:
    """Two good profiles of orders, of which much changed; a failed one of another; two parts of a third."""
    project = profiled(cell, files=FILES, vars={"run_ledger_models": True})
    place = project.name_of
    kinds = "id integer, amount integer, city varchar, rare varchar"
    before = [f"{n}, {n % 5}, '{'ab'[n % 2]}', '{'az'[n < 6]}', 1" for n in range(1000)]
    name = create(project, "orders", f"{kinds}, gone integer", values(*before))
    profile(project, name, note="first")
    project.query(f"drop table {place('orders')}")
    after = [
        f"{n}, {'null' if n % 4 == 0 else 50}, '{'ac'[n % 2]}', '{'az'[n < 4]}', 1"
        for n in range(1000)
    ]
    create(project, "orders", f"{kinds}, added integer", values(*after))
    profile(project, name)
    profile(project, f"{project.space.schema}.nowhere", expect=1)
    parts = create(
        project,
        "parts",
        "day integer, n integer",
        values(*(f"{n % 3}, {n * n}" for n in range(30))),
    )
    days: list[dict[str, Any]] = [{"row_filter": f"day = {day}"} for day in range(3)]
    assert len(profile_with(project, parts, *days, {})) == 4
    return project


def model(project: Project, name: str, order_by: str = "1") -> list[Row]:
    return project.table(f"run_ledger__{name}", order_by)


def test_models_and_analyses(cell: Cell) -> None:
    """P33-P39, P43: history, latest good profile, drift, parts that merge to the whole, re-run decision, and
    every question of the document with its answer.
    """
    project = prepared(cell)
    project.dbt("run", "--select", "package:run_ledger")
    check_history(project)
    check_drift(project)
    check_parts(project)
    reruns = {
        row["target_table"].lower(): (row["reason"], row["should_rerun"])
        for row in model(project, "profile_reruns")
    }
    assert reruns == {
        "orders": ("DRIFTED", True),
        "nowhere": ("NEVER_SUCCEEDED", True),
        "parts": ("FRESH", False),
    }
    tested = project.dbt("test", "--select", "orders", expect=1)
    assert (
        "ERROR=1" in tested.output or "1 error" in tested.output or "1 failed" in tested.output
    ), tested
    project.dbt("compile", "--exclude", "orders")
    check_analyses(project)


def check_history(project: Project) -> None:
    rows = model(project, "profile_runs", "started_at, run_id")
    assert [row["run_id"] for row in rows] == [row["run_id"] for row in runs(project)]
    first, second, failed = rows[:3]
    assert (first["recency"], first["is_latest_success"], first["row_count"]) == (2, False, 1000)
    assert (second["recency"], second["success_recency"], second["is_latest_success"]) == (
        1,
        1,
        True,
    )
    assert second["seconds_since_previous"] > 0
    assert first["seconds_since_previous"] is None
    assert second["duration_seconds"] >= 0
    assert (failed["status"], failed["row_count"], failed["is_abandoned"]) == (
        "FAILED",
        None,
        False,
    )
    latest = model(project, "latest_profiles", "column_name")
    of_orders = {
        row["column_name"].lower(): row for row in latest if row["run_id"] == second["run_id"]
    }
    assert {*of_orders} == {"id", "amount", "city", "rare", "added"}
    assert (of_orders["amount"]["null_rate"], of_orders["amount"]["mean"]) == (0.25, 50)
    assert (of_orders["city"]["min_text"], of_orders["city"]["max_text"]) == ("a", "c")
    assert "first" in {row["note"] for row in rows}


def check_drift(project: Project) -> None:
    drift = {row["column_name"].lower(): row for row in model(project, "profile_drift")}
    assert {name: row["reasons"] for name, row in drift.items()} == EXPECTED_REASONS
    assert {name for name, row in drift.items() if not row["is_drifted"]} == {"id", "rare"}
    amount = drift["amount"]
    assert amount["null_rate_change"] == pytest.approx(0.25)
    assert amount["mean_change_deviations"] == pytest.approx(48 / 2**0.5)
    assert (drift["city"]["new_values"], drift["city"]["vanished_values"]) == (1, 1)


def check_parts(project: Project) -> None:
    """Exactly what one profile of all rows says."""
    merged = {row["column_name"].lower(): row for row in model(project, "merged_profiles")}
    whole = {
        row["column_name"].lower(): row
        for row in model(project, "latest_profiles")
        if row["target_table"].lower() == "parts"
    }
    assert {*merged} == {*whole} == {"day", "n"}
    names = (
        "row_count",
        "null_count",
        "null_rate",
        "mean",
        "total",
        "std_dev_population",
        "min_number",
        "max_number",
    )
    for column, row in merged.items():
        assert row["part_count"] == 3
        least, most = row["distinct_count_at_least"], row["distinct_count_at_most"]
        # Each day is in one part alone, and so is each square.
        assert (least, most) == {"day": (1, 3), "n": (10, 30)}[column]
        assert least <= whole[column]["distinct_count"] <= most
        for name in names:
            assert float(row[name]) == pytest.approx(float(whole[column][name])), (column, name)


def asked(project: Project, name: str, placeholder: str = "", value: str = "") -> list[Row]:
    """The answer of one analysis, with what a person would put in."""
    (path,) = compiled(project, name)
    sql = path.read_text()
    assert placeholder in sql
    return project.query(sql.replace(f"'{placeholder}'", f"'{value}'") if placeholder else sql)


def compiled(project: Project, name: str = "*") -> list[Path]:
    folder = project.folder / "target" / "compiled" / "run_ledger"
    return [*folder.rglob(f"analyses/**/run_ledger__profile_{name}.sql")]


def check_analyses(project: Project) -> None:
    assert {path.name for path in compiled(project)} == {path.name for path in ANALYSES.glob("*")}
    statuses = {
        (row["target_id"].rpartition(".")[2].lower(), row["status"]): row["runs"]
        for row in asked(project, "monitor")
    }
    assert statuses == {
        ("orders", "SUCCEEDED"): 2,
        ("nowhere", "FAILED"): 1,
        ("parts", "SUCCEEDED"): 4,
    }
    assert {row["runs"] for row in asked(project, "duration_and_frequency")} == {1, 2, 4}
    (failed,) = asked(project, "failed_runs")
    assert (failed["error_code"], failed["note"]) == ("TABLE_NOT_FOUND", None)
    reasons = {row["reason"] for row in asked(project, "rerun_decision")}
    assert reasons == {"DRIFTED", "NEVER_SUCCEEDED"}
    assert len(asked(project, "latest_success_per_target")) == 2
    drifted = {row["column_name"].lower() for row in asked(project, "drifted_columns")}
    assert drifted == {*EXPECTED_REASONS} - {"id", "rare"}
    (first,) = [row for row in runs(project) if row["note"] == "first"]
    history = asked(project, "history_of_target", "orders", first["target_table"])
    assert [row["note"] for row in history] == [None, "first"]
    results = asked(project, "results_of_run", "a run", first["run_id"])
    columns = {"", "id", "amount", "city", "rare", "gone"}
    assert {row["column_name"].lower() for row in results} == columns


@excluded("settings")
def test_without_the_ledger(cell: Cell) -> None:
    """C10: who does not ask for it has no model, no table, and a clear word."""
    project = cell.project(
        "profiled",
        vars={"run_ledger_ledgers": [], "run_ledger_models": True},
        files={"models/a.sql": "select 1 as id"},
    )
    listed = project.dbt("ls", "--resource-type", "model").output
    assert "run_ledger__job_runs" in listed
    assert "profile" not in listed.replace("profiled", "").replace("profiles", "")
    said = " ".join(operation(project, "run_ledger.profile_table", 1, relation="a").output.split())
    assert "expected profile_runs in run_ledger_ledgers, got ." in said
