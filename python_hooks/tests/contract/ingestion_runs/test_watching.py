"""A run ends as its block ends, whatever ends it; and the same from a shell."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dbt_run_ledger import cli
from dbt_run_ledger.ingestion_runs import IngestionRuns, Run
from tests.contract.ingestion_runs.ledgers import KIND, OFFICIAL, Ledger

SOURCES = Path(__file__).resolve().parents[3]


class BoomError(Exception):
    pass


def after(runs: IngestionRuns, error: BaseException | None, **counts: int) -> Run:
    """The run, after a block that reported these counts and raised this."""
    seen: list[str] = []

    def block() -> None:
        with runs.run(KIND, **OFFICIAL) as run:
            seen.append(run.run_id)
            assert run.get().status == "running"
            run.progress(counts)
            if error:
                raise error

    if error is None:
        block()
    else:
        with pytest.raises(type(error)) as caught:
            block()
        assert caught.value is error
    return runs.get(seen[0])


def test_each_end_of_a_block(ledger: Ledger) -> None:
    """I42: success by the counts, an exception as failed or partial, Ctrl-C as cancelled; with its
    reason, and raised on.
    """
    with ledger.runs() as runs:
        assert after(runs, None, target=2, success=2).status == "succeeded"
        assert after(runs, None, target=2, success=1).status == "partial"
        assert after(runs, None, target=2, failed=1).status == "failed"
        assert after(runs, SystemExit(0), success=1).status == "succeeded"
        failed = after(runs, BoomError("token=s3cr3t-1234567 x"), target=2)
        assert (failed.status, failed.counts.unprocessed) == ("failed", 2)
        assert runs.transitions(failed.run_id)[-1].reason == "BoomError: token=*** x"
        assert after(runs, BoomError(), target=2, success=1).status == "partial"
        assert after(runs, SystemExit(3)).status == "failed"
        cancelled = after(runs, KeyboardInterrupt())
        assert cancelled.status == "cancelled"
        assert runs.transitions(cancelled.run_id)[-1].reason == "interrupted"


def test_a_block_that_ends_its_run_itself(ledger: Ledger) -> None:
    """A queued run is started; one that the block has ended, or a sweep, stays as it is."""
    with ledger.runs() as runs:
        queued = runs.queue(KIND, **OFFICIAL)
        with runs.watch(queued.run_id) as run:
            runs.cancel(run.run_id, reason="enough")
        assert [each.to_status for each in runs.transitions(queued.run_id)] == [
            "running",
            "cancelled",
        ]
        seen: list[str] = []

        def block() -> None:
            with runs.run(KIND, **OFFICIAL) as run:
                seen.append(runs.succeed(run.run_id).run_id)
                raise BoomError

        with pytest.raises(BoomError):
            block()
        assert runs.get(seen[0]).status == "succeeded"


TERMINATED = """
import sys, time
from dbt_run_ledger.ingestion_runs import IngestionRuns
with IngestionRuns.from_profile(sys.argv[1], sys.argv[1]) as runs:
    with runs.run("official_ingestion", mode="manual", target_types=["official"]) as run:
        run.progress(target=3, success=1)
        print(run.run_id, flush=True)
        time.sleep(60)
"""


def test_sigterm(postgres: Ledger) -> None:
    """SIGTERM cancels the run with its counts, and then ends the process as it would have."""
    assert postgres.project is not None
    command = [sys.executable, "-c", TERMINATED, str(postgres.project.folder)]
    environment = {**os.environ, "PYTHONPATH": str(SOURCES)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        run_id = process.stdout.readline().strip()
        time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == -signal.SIGTERM
    with postgres.runs() as runs:
        run = runs.get(run_id)
        assert (run.status, run.counts.success, run.counts.unprocessed) == ("cancelled", 1, 2)
        assert runs.transitions(run_id)[-1].reason == "SIGTERM"


class Shell:
    def __init__(self, ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
        assert ledger.project is not None
        folder = str(ledger.project.folder)
        self._place = ["--project-dir", folder, "--profiles-dir", folder]
        self._capsys = capsys

    def __call__(self, *words: str, code: int = 0) -> str:
        assert cli.main(["ingestion", *words, *self._place]) == code
        captured = self._capsys.readouterr()
        return (captured.err if code else captured.out).strip()


ASKED = ["--kind", KIND, "--target-type", "official", "--requested-by", "shell"]


def test_the_commands_that_move(postgres: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    """I34-I36: queue, start, progress, finish, rerun and cancel; what is refused is one line and exit
    code 1, what is wrong 2.
    """
    run = Shell(postgres, capsys)
    queue = ("queue", *ASKED, "--target-count", "4", "--event-key", "shell-1")
    run_id = run(*queue)
    assert run(*queue) == run_id
    assert run("start", run_id, "--actor", "cron") == run_id
    assert json.loads(run("progress", run_id, "--success", "1", "--json"))["unprocessed_count"] == 3
    assert json.loads(run("finish", run_id, "--success", "3", "--json"))["status"] == "partial"
    refused = run("finish", run_id, "--status", "failed", code=1)
    assert refused == (
        f"run-ledger: Run {run_id} is partial and was asked to become failed; it may change no more."
    )
    assert "expected a UUID" in run("show", "7", code=2)
    assert run("start", code=2) == "run-ledger: start: expected a run_id or --kind, and not both."
    again = run("rerun", run_id)
    assert run("cancel", again, "--reason", "no need") == again
    shown = json.loads(run("show", again, "--json"))
    assert shown["chain"] == [run_id, again]
    assert shown["rerun_decision"]["can_rerun"]
    assert [each["reason"] for each in shown["transitions"]] == ["no need", "no need"]


def test_the_commands_that_look(postgres: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    """I32, I33, I37: list with filters and pages, show, and the sweep, as tables."""
    run = Shell(postgres, capsys)
    asked = [*ASKED[:-1], "looker"]
    run_id = run("start", *asked, "--target-count", "4")
    run("finish", run_id, "--success", "3")
    text = run("show", run_id)
    assert "counts: target 4, processed 3, success 3, failed 0, unprocessed 1" in text
    assert "run again: yes, it ended as partial" in text
    listed = run("list", "--requested-by", "looker").splitlines()
    assert listed[0].split()[:3] == ["RUN", "ID", "STATUS"]
    assert len(listed) == 2
    assert (run_id in listed[1], "75.0" in listed[1]) == (True, True)
    started = run("start", *asked)
    page = ("list", "--requested-by", "looker", "--limit", "1", "--page")
    pages = [run(*page, number) for number in "12"]
    assert pages[0].splitlines()[-1] == "more with --page 2"
    assert (started in pages[0], run_id in pages[1]) == (True, True)
    assert "expected --minutes as a number, got nan" in run("sweep", "--minutes", "nan", code=2)
    time.sleep(0.01)
    assert started in run("sweep", "--minutes", "0")
