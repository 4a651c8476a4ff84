"""`run-ledger`: the rows that dbt left, read by the companion through the user's own profile."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from dbt_run_ledger import cli
from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.project import Project
from integration_tests.functional.harness.result import Result
from integration_tests.functional.process_execution_log.job_reading import HOOKS

Program = Callable[..., str]


@pytest.fixture
def program(capsys: pytest.CaptureFixture[str]) -> Program:
    """Run `run-ledger` on a project: its output, after its exit code was as expected."""

    def run(project: Project, *arguments: str, expect: int = 0) -> str:
        place = ("--project-dir", str(project.folder), "--profiles-dir", str(project.folder))
        capsys.readouterr()
        code = cli.main([*arguments, *place])
        shown = capsys.readouterr()
        assert code == expect, shown.err
        return shown.out if not expect else shown.err

    return run


def test_history_one_job_and_its_lineage(cell: Cell, program: Program) -> None:
    """X49, X50: the two questions of the source document, for people and for programs."""
    project = cell.project("failing")
    assert "create_ledgers" in program(project, "jobs", expect=1)
    failed = project.dbt("run", expect=1)
    project.write({"models/broken.sql": "select 2 as id"})
    fixed = project.dbt("run")

    newest, oldest = json.loads(program(project, "jobs", "--json"))
    assert newest["process_step_id"] == f"JOB_{fixed.invocation_id}"
    assert (newest["status"], newest["completed_models"], newest["first_error"]) == (
        "SUCCESS",
        3,
        None,
    )
    assert (oldest["status"], oldest["command"], oldest["skipped_models"]) == ("FAILED", "run", 1)
    assert oldest["first_error"].startswith("broken: ")
    listed = program(project, "jobs", "--status", "failed").splitlines()
    assert len(listed) == 2
    assert listed[1].split()[2] == "FAILED"
    assert listed[1].endswith(f"JOB_{failed.invocation_id}")

    check_one_job(project, program, failed)
    check_who_is_told(project, program, failed, fixed)
    events = [json.loads(line) for line in program(project, "openlineage").splitlines()]
    ends = {event["job"]["name"]: event["eventType"] for event in events}
    assert len(events) == 8
    assert ends == dict.fromkeys(
        (
            "failing.dev.run",
            "model.failing.good",
            "model.failing.broken",
            "model.failing.after_broken",
        ),
        "COMPLETE",
    )
    assert json.loads(program(project, "watch", "--once", "--json"))["running"] == []
    assert program(project, "watch", str(failed.invocation_id), expect=1) == ""


def check_one_job(project: Project, program: Program, failed: Result) -> None:
    shown = program(project, "job", str(failed.invocation_id)[:8])
    assert shown.startswith(f"JOB_{failed.invocation_id}  FAILED  failing run (dev)\n")
    assert "models: 3 (1 completed, 1 failed, 0 running, 1 skipped, 0 cancelled)" in shown
    lines = {line.split()[2]: line.split() for line in shown.splitlines() if " model " in line}
    assert {name: words[0] for name, words in lines.items()} == {
        "good": "SUCCESS",
        "broken": "ERROR",
        "after_broken": "SKIPPED",
    }
    row = json.loads(program(project, "job", "--json"))
    assert row["process_step_id"] != f"JOB_{failed.invocation_id}"
    assert row["destination_data_cnt_obj"]["total_models"] == 3
    assert "no such job" in program(project, "job", "ffff-not-there", expect=2)


def check_who_is_told(project: Project, program: Program, failed: Result, fixed: Result) -> None:
    """Off by default; failure, then recovery, by comparison with the job's last run."""
    out = project.folder / "told.jsonl"
    script = project.folder / "tell.py"
    script.write_text(f"import sys; open({str(out)!r}, 'a').write(sys.stdin.read() + chr(10))")
    tell = ("notify", "--command", f"{sys.executable} {script}", "--on")
    assert "expected --command or --url" in program(project, "notify", expect=2)
    for result, event in ((failed, "failure"), (fixed, "recovery")):
        told = program(project, *tell, event, str(result.invocation_id))
        assert told.endswith(f": told of the {event}\n")
    assert program(project, *tell, "failure").endswith(": nobody is to be told\n")
    messages = [json.loads(line) for line in out.read_text().splitlines()]
    assert [each["event"] for each in messages] == ["failure", "recovery"]
    assert [each["row"]["execution_status_name"] for each in messages] == ["FAILED", "SUCCESS"]


@excluded("sleeping models")
def test_what_runs_now(cell: Cell, program: Program) -> None:
    """X37, X53: from another session while dbt runs, with what was usual before."""
    slow = "-- {{ ref('first_model') }}\nselect 1 as id, cast(pg_sleep({{ var('seconds') }}) as text) as slept"
    settings = {"run_ledger_flush_seconds": 0}
    project = cell.project(
        "two_models", vars=settings, config=HOOKS, files={"models/second_model.sql": slow}
    )
    project.dbt("run", vars={"seconds": 0.5})
    running = project.start("run", "--vars", '{"seconds": 4}', threads=1)
    seen: dict[str, Any] = {}
    while not seen or not seen["running"] or seen["running"][0]["model_name"] != "second_model":
        assert running.process.poll() is None, running.output
        looked = json.loads(program(project, "watch", "--once", "--json"))["running"]
        seen = looked[0] if looked else {}
    assert seen["process_step_id"] == f"JOB_{running.invocation_id}"
    assert (seen["done"], seen["total"], seen["counted"]) == (1, 2, "models")
    assert 0 <= seen["running"][0]["elapsed_seconds"] < 5
    assert 0.5 <= seen["running"][0]["usual_seconds"] < 3
    assert 0 <= seen["remaining_seconds"] <= seen["usual_seconds"]
    shown = program(project, "watch", str(running.invocation_id), "--interval", "0.2")
    assert "1 of 2 models" in shown
    assert "SUCCESS  two_models run (dev) after " in shown.splitlines()[-2]
    assert running.wait().exit_code == 0
