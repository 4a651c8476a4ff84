"""`run-ledger report` on a project that has the package and nothing more."""

from __future__ import annotations

import json

import pytest

from dbt_run_ledger import cli
from integration_tests.functional.harness.cell import Cell


def test_a_report_from_no_run_and_from_one(cell: Cell, capsys: pytest.CaptureFixture[str]) -> None:
    project = cell.project("two_models")
    place = ["--project-dir", str(project.folder), "--profiles-dir", str(project.folder)]
    file = project.folder / "out" / "report.html"
    command = ["report", *place, "--output", str(file), "--json"]
    if cell.warehouse.name != "duckdb":  # there is no file before the first run
        assert cli.main(command) == 0
        said = json.loads(capsys.readouterr().out)
        assert said["runs"] == 0
        assert "The next `dbt run` with the package creates it" in said["missing"]["jobs"]
    done = project.dbt("run")
    assert cli.main(command) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["runs"] == 1
    assert "run_ledger_models: true" in said["missing"]["runs"]
    assert "The ledger ingestion_runs is off" in said["missing"]["ingestion"]
    page = file.read_text(encoding="utf-8")
    assert str(done.invocation_id) in page
    assert "first_model" in page
    assert cli.main([*command, "--since", "2099-01-01"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"] == 0
