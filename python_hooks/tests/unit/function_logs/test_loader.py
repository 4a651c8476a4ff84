"""A file as entries and rejects, before a warehouse sees it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dbt_run_ledger.function_logs import loader
from dbt_run_ledger.function_logs.places import Folder

NAME = "YEAR=2026/MONTH=01/DAY=02/HOUR=14/a.json"


def test_a_line_that_no_warehouse_takes_is_a_reject(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A27: it stops no other line, and the rejects keep its beginning."""
    monkeypatch.setattr(loader, "LONGEST_LINE", 100)
    monkeypatch.setattr(loader, "KEPT_OF_LONGER", 20)
    lines = [json.dumps({"log_id": "1"}), json.dumps({"log_id": "2", "message": "m" * 100})]
    Folder(tmp_path).write(NAME, "\n".join(lines).encode())
    file = loader._read(Folder(tmp_path), NAME)
    assert [each[0] for each in file.entries] == ["1"]
    ((name, number, reason, text),) = file.rejects
    assert (name, number) == (f"{tmp_path}/{NAME}", 2)
    assert reason == f"longer than 100 bytes: {len(lines[1])}"
    assert text == lines[1][:20]
