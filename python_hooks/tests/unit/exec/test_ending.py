"""How a job ended that did not say so itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dbt_run_ledger.exec.dbt_command import DbtCommand
from dbt_run_ledger.exec.ending import (
    LONGEST_ON_SNOWFLAKE,
    MOST_CHARACTERS,
    end_of,
    is_left_open,
    row_of,
)
from dbt_run_ledger.exec.followed import Followed
from dbt_run_ledger.exec.process import Outcome
from dbt_run_ledger.recorder.state import Node, NodeEvent, NodeFinished, NodeStarted

BUILD = DbtCommand.of(["dbt", "build", "--select", "a", "b"])
A, B = (Node(f"model.shop.{name}", name, "model", "db", "sc") for name in "ab")
KNOWN = {"project_name": "shop", "adapter_type": "postgres"}


def outcome(code: int, *signals: tuple[str, float]) -> Outcome:
    return Outcome(code, 1, 100.0, 110.0, list(signals))


def followed(*events: NodeEvent, **more: Any) -> Followed:
    return Followed("one", list(events), **more)


@pytest.mark.parametrize(
    ("code", "found", "is_open"),
    [
        (0, followed(has_started=True, has_closed=True), False),
        (1, followed(has_started=True, has_closed=True), False),
        # Killed at any moment.
        (-9, followed(has_started=True), True),
        (-9, followed(), True),
        # An option that dbt does not know: no invocation began.
        (2, None, False),
        # A hook of the user's that failed came before ours.
        (0, followed(has_started=True), True),
        # Nothing was selected: no hook ran, and no row is wanted.
        (0, followed(), False),
        # It cannot be parsed, or there is no warehouse.
        (2, followed(errors=["Compilation Error"]), True),
    ],
)
def test_when_somebody_has_to_close_the_row(
    code: int, found: Followed | None, is_open: bool
) -> None:
    assert is_left_open(BUILD, outcome(code), found) == is_open
    assert not is_left_open(DbtCommand.of(["dbt", "compile"]), outcome(code), found)


@pytest.mark.parametrize(
    ("ended", "has_errors", "errors", "expected"),
    [
        (outcome(-9), False, [], ("CANCELLED", "dbt was killed (SIGKILL)")),
        (outcome(-15), True, [], ("CANCELLED", "dbt was terminated (SIGTERM)")),
        (outcome(-11), False, [], ("FAILED", "dbt crashed (SIGSEGV)")),
        # dbt-core ends an interruption with 2, dbt v2 with 1.
        (outcome(2, ("SIGINT", 105)), False, ["x"], ("CANCELLED", "dbt was interrupted (SIGINT)")),
        # It came when everything was done.
        (outcome(0, ("SIGINT", 109)), False, [], ("SUCCESS", None)),
        (outcome(2), False, ["  ", "Parsing Error"], ("FAILED", "Parsing Error")),
        (outcome(2), False, [], ("FAILED", "dbt ended with exit code 2")),
        # Its steps say why.
        (outcome(1), True, ["Cancelled: --fail-fast"], ("FAILED", None)),
        (outcome(0), True, [], ("FAILED", None)),
    ],
)
def test_how_it_ended(
    ended: Outcome, has_errors: bool, errors: list[str], expected: tuple[str, str | None]
) -> None:
    assert end_of(ended, has_errors, errors) == expected


def test_what_broke_because_dbt_was_told_to_stop_is_cancelled() -> None:
    events = (
        NodeStarted(A, 101_000),
        NodeStarted(B, 101_000),
        NodeFinished(A, "error", 101_000, 104_000, message="broken before"),
        NodeFinished(B, "error", 101_000, 106_000, message="canceling statement"),
    )
    row = row_of(BUILD, outcome(2, ("SIGINT", 105.0)), followed(*events), KNOWN)
    assert (row["process_step_id"], row["status"]) == ("JOB_one", "CANCELLED")
    steps = {step["model_name"]: step["status"] for step in row["document"]["models"]}
    assert steps == {"a": "ERROR", "b": "CANCELLED"}
    assert row["counts"] == {
        "total_models": 2,
        "completed": 0,
        "failed": 1,
        "running": 0,
        "skipped": 0,
        "cancelled": 1,
        "planned_models": None,
    }
    assert [error["message"] for error in row["errors"]] == [
        "broken before",
        "dbt was interrupted (SIGINT)",
    ]
    assert (row["started"], row["ended"]) == (100.0, 110.0)
    assert row["facts"]["selection"]["select"] == ["a", "b"]
    assert row["facts"]["command"] == "build"


def test_a_secret_of_the_environment_is_not_kept() -> None:
    secret = 'pa"ss\\word'
    found = followed(errors=[f"cannot log in with {secret}"])
    row = row_of(BUILD, outcome(2), found, KNOWN, secrets=[secret, ""])
    assert row["errors"][0]["message"] == "cannot log in with *****"
    assert json.dumps(secret)[1:-1] not in json.dumps(row)


def test_a_long_job_fits_into_the_statements_of_the_warehouse() -> None:
    nodes = [Node(f"model.shop.m{number}", f"m{number}", "model") for number in range(2_000)]
    events = [NodeFinished(node, "success", 101_000, 102_000) for node in nodes]
    known = {**KNOWN, "adapter_type": "snowflake"}
    row = row_of(BUILD, outcome(-9), followed(*events), known)
    assert len(json.dumps(row["document"])) < LONGEST_ON_SNOWFLAKE + 1_000
    assert row["document"]["omitted_steps"] == 2_000 - len(row["document"]["models"]) > 0
    assert row["document"]["summary"]["total"] == row["counts"]["total_models"] == 2_000


def test_no_text_waits_in_a_file_with_its_secrets() -> None:
    """What cannot be written is kept beside the project, where others may read."""
    failed = NodeFinished(
        A, "error", 101_000, 104_000, message="log in with password=hunter22 failed"
    )
    found = followed(failed, errors=["postgres://me:hunter22@db/x"])
    for ended, events in ((outcome(1), found), (outcome(2), followed(errors=found.errors))):
        row = row_of(BUILD, ended, events, KNOWN)
        assert "hunter22" not in json.dumps(row)
        assert "***" in row["errors"][0]["message"]


@pytest.mark.parametrize("adapter", ["postgres", "snowflake"])
def test_many_long_errors_fit_too(adapter: str) -> None:
    """A record that never fits would wait for ever, and be tried at each start."""
    nodes = [Node(f"model.shop.m{number}", f"m{number}", "model") for number in range(60)]
    text = 'é"\n' * 7_000
    events = [NodeFinished(node, "error", 101_000, 102_000, message=text) for node in nodes]
    row = row_of(BUILD, outcome(-9), followed(*events), {**KNOWN, "adapter_type": adapter})
    assert len(json.dumps(row)) < MOST_CHARACTERS
    assert len(row["errors"]) == 61
    if adapter == "snowflake":
        assert len(json.dumps(row["errors"])) <= LONGEST_ON_SNOWFLAKE
