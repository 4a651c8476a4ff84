"""`run-ledger demo` in an empty folder: five ledgers, and a report that tells what went wrong."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from dbt_run_ledger import cli, warehouses
from dbt_run_ledger.report.collect import Collected, collect
from dbt_run_ledger.report.view import view
from tests.unit.report.browser import browser_in


@pytest.mark.slow
def test_the_demo_tells_the_whole_story(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "demo"
    assert cli.main(["demo", "--folder", str(folder), "--quiet", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["file"], said["missing"]) == (str(folder / "report.html"), {})
    check_story(collected(folder))
    check_page(folder / "report.html")
    # A folder that somebody else made is left alone.
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").touch()
    assert cli.main(["demo", "--folder", str(tmp_path / "mine")]) == 2
    assert "holds something that the demo did not make" in capsys.readouterr().err


def collected(folder: Path) -> Collected:
    with warehouses.from_profile(folder, folder, target="dev", read_only=True) as session:
        now = session.warehouse.query(f"select {session.warehouse.now_utc} as now")[0]["now"]
        return collect(session, now - timedelta(days=35))


def check_story(found: Collected) -> None:
    shown = view(found)
    attention = {(each["health"], each["text"].split(":")[0]) for each in shown["attention"]}
    assert ("late", "hourly orders (prod)") in attention
    assert ("drift", "harbour.customers.email") in attention
    assert ("degraded", "nightly build (prod)") in attention
    assert [text for health, text in attention if health == "late"] == ["hourly orders (prod)"]
    functions = {line["name"]: line["is_regressed"] for line in shown["functions"]}
    assert functions == {"checkout": True, "resize_image": False, "send_mail": False}
    (chain,) = shown["chains"]
    assert [each["status"] for each in chain["attempts"]] == ["failed", "failed", "succeeded"]
    months = shown["processing"]["months"]
    assert len(months) == 15
    assert (months[0]["hot"], months[0]["warm"]) == (0, 0)
    assert months[0]["archived"] == months[0]["success"] == 250
    slower = [each["name"] for each in shown["models"] if each["is_regressed"]]
    assert slower == ["orders"]
    statuses = {row["status"] for row in found.runs} if isinstance(found.runs, list) else set()
    assert {"succeeded", "failed", "lost", "partial"} <= statuses


def check_page(file: Path) -> None:
    with browser_in(Path(sys.prefix) / "browser") as browser:
        page = browser.page()
        page.look()
        page.open(file)
        assert (page.complaints, page.requests) == ([], [file.as_uri()])
        assert page.value("document.querySelectorAll('.js-plotly-plot').length") == 6
