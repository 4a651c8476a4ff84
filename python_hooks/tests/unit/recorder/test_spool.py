"""Rows that wait: whole files, each loaded by one job, in order."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path

import pytest

from dbt_run_ledger.recorder import spool as spool_module
from dbt_run_ledger.recorder.plan import Plan, Statement
from dbt_run_ledger.recorder.redaction import Redaction
from dbt_run_ledger.recorder.spool import CLAIM_SECONDS, Row, Spool
from dbt_run_ledger.recorder.state import JobState
from tests.unit.recorder.fakes import PLAN, finished, started


def test_rows_come_back_in_order_and_once(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for number in range(5):
        spool.keep({"process_step_id": f"JOB_{9 - number}"})
    seen: list[Row] = []
    assert spool.load(seen.append) == 5
    assert [row["process_step_id"] for row in seen] == [f"JOB_{9 - n}" for n in range(5)]
    assert spool.load(seen.append) == 0
    assert list(spool.folder.iterdir()) == []


def test_a_row_that_is_refused_waits_and_holds_up_nobody(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for name in ("a", "b", "c"):
        spool.keep({"process_step_id": name})
    seen = []

    def send(row: Row) -> None:
        if row["process_step_id"] == "b":
            raise ValueError("too long")
        seen.append(row["process_step_id"])

    with pytest.raises(ValueError, match="too long"):
        spool.load(send)
    assert seen == ["a", "c"]
    assert [path.name.endswith("-b.json") for path in spool.waiting()] == [True]


def test_a_warehouse_that_is_never_there_does_not_fill_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_module, "MOST_KEPT", 3)
    spool = Spool(tmp_path)
    for number in range(5):
        spool.keep({"process_step_id": str(number)})
    assert [path.name[-6] for path in spool.waiting()] == ["2", "3", "4"]


def test_runs_with_a_target_folder_each_share_the_place_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUN_LEDGER_SPOOL", str(tmp_path / "shared"))
    kept = Spool(tmp_path / "one").keep({"process_step_id": "JOB_1"})
    assert kept.parent == tmp_path / "shared"
    seen: list[Row] = []
    assert Spool(tmp_path / "another").load(seen.append) == 1
    assert seen == [{"process_step_id": "JOB_1"}]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_a_file_that_is_no_row_is_set_aside(tmp_path: Path, text: str) -> None:
    spool = Spool(tmp_path)
    spool.folder.mkdir()
    (spool.folder / "1-x.json").write_text(text)
    assert spool.load(lambda _: None) == 0
    assert [path.name for path in spool.folder.iterdir()] == ["1-x.json.broken"]


def test_jobs_that_start_at_once_share_the_rows(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for number in range(60):
        spool.keep({"process_step_id": str(number)})
    seen: list[str] = []
    loaders = [
        threading.Thread(
            target=Spool(tmp_path).load, args=(lambda row: seen.append(row["process_step_id"]),)
        )
        for _ in range(8)
    ]
    for loader in loaders:
        loader.start()
    for loader in loaders:
        loader.join()
    assert sorted(seen, key=int) == [str(number) for number in range(60)]


def test_what_a_dead_loader_had_claimed_comes_back(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    path = spool.keep({"process_step_id": "a"})
    claimed = path.rename(f"{path}.claimed-1-1")
    assert spool.waiting() == []
    old = time.time() - CLAIM_SECONDS - 1
    os.utime(claimed, (old, old))
    seen: list[Row] = []
    assert spool.load(seen.append) == 1
    assert seen == [{"process_step_id": "a"}]


def test_placeholders_are_the_drivers() -> None:
    """A name with a percent sign, and a value that is bound twice."""
    text = 'update "a%b" set x = <<counts>> where k = <<key>> or k = <<key>>'
    percent = Statement.of(text, "%s")
    assert percent.sql == 'update "a%%b" set x = %s where k = %s or k = %s'
    assert percent.values({"counts": 1, "key": "k"}) == [1, "k", "k"]
    assert Statement.of(text, "?").sql == 'update "a%b" set x = ? where k = ? or k = ?'


def test_five_signs_of_life_fit_into_a_lease() -> None:
    assert [
        made.heartbeat_seconds
        for minutes in (1, 15, 1440)
        if (made := Plan.of({**PLAN, "lease_minutes": minutes}))
    ] == [12.0, 60.0, 60.0]


def test_half_a_surrogate_pair_and_nul_become_text() -> None:
    redact = Redaction([], longest=100)
    assert redact("a\ud800b\x00c\U0001f4a5") == "a\ufffdb\u2400c\U0001f4a5"


def test_a_document_that_is_too_long_drops_what_went_well() -> None:
    """Snowflake takes no statement of more than a megabyte."""
    state = JobState()
    for number in range(100):
        state.apply(finished(f"m{number}", "error" if number == 7 else "success"))
    state.apply(started("now", at_ms=99))
    whole = state.document()
    limit = len(state.document_text()) // 2
    document = json.loads(state.document_text(limit))
    names = [step["model_name"] for step in document["models"]]
    assert len(state.document_text(limit)) <= limit + 300
    assert {"m7", "now", "m99"} <= set(names)
    assert document["omitted_steps"] == 101 - len(names)
    assert document["summary"] == whole["summary"]


def test_a_file_that_cannot_be_read_holds_up_nobody(tmp_path: Path) -> None:
    """Somebody else's, in a folder that several users share; here, a folder in its place."""
    spool = Spool(tmp_path)
    (spool.folder / "0-x.json").mkdir(parents=True)
    spool.keep({"process_step_id": "a"})
    seen: list[Row] = []
    with pytest.raises(OSError, match="directory"):
        spool.load(seen.append)
    assert seen == [{"process_step_id": "a"}]
    assert [path.name for path in spool.folder.iterdir()] == ["0-x.json"]


def test_a_warehouse_that_is_slow_is_not_asked_for_ever(tmp_path: Path) -> None:
    """A hundred rows times a time-out of five seconds would be dbt's time."""
    spool = Spool(tmp_path)
    for name in ("a", "b", "c"):
        spool.keep({"process_step_id": name})
    tried = []

    def send(row: Row) -> None:
        tried.append(row["process_step_id"])
        time.sleep(0.05)
        raise TimeoutError("lock timeout")

    with pytest.raises(TimeoutError):
        spool.load(send, seconds=0.01)
    assert tried == ["a"]
    with pytest.raises(TimeoutError):
        spool.load(send, may_go_on=lambda: len(tried) < 3)
    assert tried == ["a", "a", "b"]
    assert len(spool.waiting()) == 3
