"""What exec does before and after dbt: dbt's end is its own end, whatever fails there."""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from dbt_run_ledger.exec import closing as closing_module
from dbt_run_ledger.exec import ending, process
from dbt_run_ledger.exec import run as run_module
from dbt_run_ledger.exec.closing import Closing, closing_of
from dbt_run_ledger.exec.dbt_command import DbtCommand
from dbt_run_ledger.exec.ending import Row
from dbt_run_ledger.process_execution_log.jobs import Jobs

# Begins, writes its log and fails, as dbt-core does when it is killed before its end.
DBT = """#!{python}
import json, os, sys
os.makedirs("logs", exist_ok=True)
info = {{"name": "MainReportVersion", "invocation_id": "one", "pid": os.getpid()}}
with open("logs/dbt.log", "a") as log:
    log.write(json.dumps({{"info": info, "data": {{}}}}) + "\\n")
sys.exit(3)
"""


@pytest.fixture
def dbt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DbtCommand:
    (tmp_path / "dbt_packages" / "run_ledger").mkdir(parents=True)
    (tmp_path / "dbt_project.yml").write_text("name: shop")
    program = tmp_path / "dbt"
    program.write_text(DBT.format(python=sys.executable))
    program.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    return DbtCommand.of([str(program), "build"])


def writes(monkeypatch: pytest.MonkeyPatch, write: Callable[[], None]) -> None:
    def fake(_: Closing, __: Sequence[Mapping[str, Any]]) -> None:
        write()

    monkeypatch.setattr(Closing, "write", fake)


def kept(folder: Path) -> list[str]:
    return [
        json.loads(path.read_text())["process_step_id"]
        for path in (folder / "target" / "run_ledger" / "exec").glob("*.json")
    ]


def test_an_error_of_any_kind_keeps_the_row_and_the_exit_code(
    dbt: DbtCommand,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail() -> None:
        raise KeyError("password=hidden")

    writes(monkeypatch, fail)
    assert run_module.execute(dbt) == 3
    assert kept(tmp_path) == ["JOB_one"]
    said = capsys.readouterr().err
    assert (said.count("\n"), "hidden" in said) == (1, False)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_after_dbt_has_ended_loses_no_row(
    dbt: DbtCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A second Ctrl-C, or a scheduler that is in a hurry, while the row is being closed."""

    def interrupted() -> None:
        os.kill(os.getpid(), getattr(signal, name))
        time.sleep(30)

    # Where the test runs, nobody may have been listening: then it would end the tests.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        writes(monkeypatch, interrupted)
        begun = time.monotonic()
        assert run_module.execute(dbt) == 3
    finally:
        signal.signal(signal.SIGTERM, before)
    assert time.monotonic() - begun < 10
    assert kept(tmp_path) == ["JOB_one"]


def test_a_signal_while_the_log_is_read_is_heeded_afterwards(
    dbt: DbtCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: Any, **more: Any) -> Row:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)
        return ending.row_of(*arguments, **more)

    def never() -> None:
        raise AssertionError("nobody waits for this any more")

    monkeypatch.setattr(run_module, "row_of", interrupted)
    writes(monkeypatch, never)
    assert run_module.execute(dbt) == 3
    assert kept(tmp_path) == ["JOB_one"]


def test_a_log_that_cannot_be_read_changes_no_exit_code(
    dbt: DbtCommand, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(run_module, "_what_happened", fail)
    assert run_module.execute(dbt) == 3
    assert "could not look after this job: PermissionError" in capsys.readouterr().err


def test_rows_that_cannot_be_written_do_not_keep_dbt_waiting(
    dbt: DbtCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is a dbt of its own that waits for a warehouse which does not answer."""
    spool = closing_of(dbt, {}).spool
    for number in range(5):
        spool.keep({"process_step_id": f"JOB_{number}"})
    tries = []

    def slow() -> None:
        tries.append(1)
        time.sleep(0.1)
        raise closing_module.ClosingError("no answer")

    monkeypatch.setattr(run_module, "LOAD_SECONDS", 0.05)
    writes(monkeypatch, slow)
    assert run_module.execute(dbt) == 3
    # One before dbt, and the end of this job itself.
    assert len(tries) == 2
    assert len(kept(tmp_path)) == 6


def test_a_dbt_that_hangs_while_it_closes_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script around dbt is stopped together with the dbt that it started."""
    told = tmp_path / "child.pid"
    script = f"sleep 60 & echo $! > {told}; wait"
    monkeypatch.setattr(closing_module, "CLOSE_SECONDS", 0.5)
    with pytest.raises(closing_module.ClosingError, match="did not end within"):
        closing_module._call(["sh", "-c", script], os.environ)
    state = Path(f"/proc/{told.read_text().strip()}/stat")
    deadline = time.monotonic() + 5
    while state.exists() and state.read_text().split()[2] != "Z" and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not state.exists() or state.read_text().split()[2] == "Z"


def test_a_project_that_holds_nonsense_is_dbts_to_refuse(dbt: DbtCommand, tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: shop\nprofile: shop\nvars: [1]\n")
    (tmp_path / "profiles.yml").write_text("shop: {outputs: {default: {type: duckdb}}}")
    assert closing_of(dbt, {}).profile is None


def test_nothing_is_left_behind_by_a_command_without_a_row(
    dbt: DbtCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever dies of dbt's signal tidies nothing up any more."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    left: list[Path] = []

    def end_like(_: object) -> int:
        left.extend((tmp_path / "scratch").iterdir())
        return 3

    monkeypatch.setattr(process, "end_like", end_like)
    writes(monkeypatch, lambda: None)
    for command in ("compile", "build"):
        assert run_module.execute(DbtCommand.of([*dbt.prefix, command])) == 3
    assert left == []


def test_a_wrong_setting_of_notify_is_no_reason_not_to_run_dbt(
    dbt: DbtCommand, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RUN_LEDGER_NOTIFY_URL", "hooks.example.org/T0KEN")
    writes(monkeypatch, lambda: None)
    assert run_module.execute(dbt) == 3
    said = capsys.readouterr().err
    assert "RUN_LEDGER_NOTIFY_URL: expected an address" in said
    assert "T0KEN" not in said


def test_a_warehouse_that_hangs_holds_up_no_end(
    dbt: DbtCommand,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Somebody holds a lock on the ledger: its row cannot be read, and nobody waits for that."""

    def hang(*_: object, **__: object) -> None:
        time.sleep(30)

    (tmp_path / "dbt_project.yml").write_text("name: shop\nprofile: shop\n")
    (tmp_path / "profiles.yml").write_text("shop: {outputs: {default: {type: duckdb}}}")
    monkeypatch.setenv("RUN_LEDGER_NOTIFY_COMMAND", "true")
    monkeypatch.setenv("RUN_LEDGER_NOTIFY_SECONDS", "0.2")
    monkeypatch.setattr(Jobs, "with_ids", hang)
    writes(monkeypatch, lambda: None)
    begun = time.monotonic()
    assert run_module.execute(dbt) == 3
    assert time.monotonic() - begun < 15
    assert "could not be read and told in 0.4 s" in capsys.readouterr().err
