"""The page of the function logs is the design file: all columns, and the rules of operation."""

from __future__ import annotations

import re
from pathlib import Path

from dbt_run_ledger.function_logs.parsing import COLUMNS

PAGE = (Path(__file__).resolve().parents[4] / "docs" / "function_logs.md").read_text()


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rule(name: str) -> str:
    """A paragraph of the runbook."""
    return section("Runbook").split(f"**{name}")[1].split("\n\n")[0]


def test_every_column_is_explained() -> None:
    """A77: the fields of a line, and the path."""
    shown = {
        name
        for line in section("The format").splitlines()
        if line.startswith("| ")
        for name in re.findall(r"`(\w+)`", line.split(" | ")[0])
    }
    assert {*COLUMNS} - shown == set()
    assert "YEAR=2026/MONTH=01/DAY=02/HOUR=14/" in section("The format")


def test_the_runbook_has_the_rules() -> None:
    """A19, A22, A26, A30-A33, A77."""
    assert "names `year`, `month` and `day`" in rule("Partitions.")
    assert "run_ledger__function_log_duplicates" in rule("Duplicates.")
    assert "run-operation refresh_function_logs" in rule("New files do not show")
    tiers = rule("Retention.")
    order = ("0 to 7 days", "8 to 90 days: S3 Standard", "91 to 365 days: Intelligent-Tiering")
    assert [tiers.index(tier) for tier in order] == sorted(tiers.index(tier) for tier in order)
    assert "Beyond: Glacier, which no query reaches" in tiers
    assert "Moving files between tiers changes nothing here" in tiers
