"""What the page says, reckoned from rows."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from datetime import datetime, timedelta

import pytest

from dbt_run_ledger.report.commands import begin_of
from dbt_run_ledger.report.render import render, script_json
from dbt_run_ledger.report.view import view
from tests.unit.report.made_rows import empty, full, one_run


def test_the_tiles_count_what_the_runs_say() -> None:
    # Of ten runs eight succeeded, one failed, one was cancelled and counts for neither.
    tiles = {tile["name"]: tile["value"] for tile in view(full(100))["tiles"]}
    assert tiles == {
        "Runs": "100",
        "Success rate": "88.9%",
        "Failed or lost": "10",
        "Running now": "0",
        "Late jobs": "1",
        "Median duration": "30 s",
    }


def test_without_the_run_summary_the_jobs_stand_in() -> None:
    shown = view(one_run())
    (run,) = shown["data"]["runs"]
    assert run[:2] == ["2026-11-21 12:00:00", "succeeded"]
    assert run[3:8] == ["shop:dev:build", "dev", 4, 3, 0]
    assert {tile["name"]: tile["value"] for tile in shown["tiles"]}["Late jobs"] == "-"


def test_a_day_without_runs_is_a_day_of_the_chart() -> None:
    found = full(3)
    assert not isinstance(found.runs, list) or len(found.runs) == 3
    rows = view(found)["data"]["days"]
    assert rows["days"] == ["2026-11-21"]
    found.runs[0]["recorded_at"] -= timedelta(days=2)  # type: ignore[index]
    rows = view(found)["data"]["days"]
    assert rows["days"] == ["2026-11-19", "2026-11-20", "2026-11-21"]
    assert rows["counts"] == {"succeeded": [1, 0, 2]}


def test_what_needs_a_look_comes_worst_first() -> None:
    assert [each["health"] for each in view(full(1))["attention"]] == ["failing", "drift"]


def test_a_function_that_degrades_is_told() -> None:
    (line,) = view(full(1))["functions"]
    assert (line["invocations"], line["error_rate"], line["p95_ms"]) == (7200, 0.02, 600.0)
    assert (line["change"], line["is_regressed"]) == (2.0, True)


def test_tables_of_one_name_in_two_schemas_have_a_line_each() -> None:
    found = full(1)
    assert isinstance(found.profiles, list)
    found.drift = []
    found.profiles = [
        *found.profiles,
        *[{**row, "target_schema": "raw", "null_rate": 0.5} for row in found.profiles],
    ]
    lines = view(found)["data"]["profiles"]
    assert {name: max(line["null_rate"]) for name, line in lines.items()} == {
        "shop.customers.email": 0.21,
        "raw.customers.email": 0.5,
    }


def test_what_is_in_no_table_any_more_is_archived() -> None:
    months = {row["month"]: row for row in view(full(1))["processing"]["months"]}
    assert (months["2026-11"]["hot"], months["2026-11"]["archived"]) == (1200, 0)
    assert (months["2026-09"]["hot"], months["2026-09"]["archived"]) == (0, 900)


def test_every_section_without_a_ledger_says_so() -> None:
    page = render(view(empty()))
    words = ("ingestion_runs", "function_logs", "processing_logs", "profile_runs")
    assert all(f"The ledger {word} is off." in page for word in words)
    assert "The job ledger has no table yet." in page
    assert page.count("The ledger ingestion_runs is off.") == 1


def test_text_of_the_ledger_ends_no_script_and_stays_itself() -> None:
    hostile = "</script><script>alert(1)</script><!-- & \u2028"
    text = script_json([hostile])
    assert json.loads(text) == [hostile]
    assert not set("<>&\u2028") & set(text)


def test_since_is_a_date_or_a_time_ago() -> None:
    assert begin_of("2026-11-01") == datetime.fromisoformat("2026-11-01")
    assert begin_of("2026-11-01T02:00+02:00") == datetime.fromisoformat("2026-11-01")
    assert begin_of("2w") - begin_of("15d") == pytest.approx(
        timedelta(days=1), abs=timedelta(seconds=5)
    )
    with pytest.raises(ArgumentTypeError, match="expected a date such as 2026-11-01"):
        begin_of("yesterday")
