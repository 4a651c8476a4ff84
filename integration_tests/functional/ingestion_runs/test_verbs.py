"""The verbs as macros: in operations they raise, in hooks they report; both keep the rules."""

from __future__ import annotations

import json
from typing import Any

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.project import Project
from integration_tests.functional.ingestion_runs.runs import (
    NOW,
    PLAY,
    SETTINGS,
    Row,
    insert,
    project_with_ledger,
    run,
    run_id,
)

KIND: Row = {"run_kind": "official_ingestion", "mode": "manual", "target_types": ["official"]}
STATUSES = ("queued", "running", "succeeded", "failed", "partial", "cancelled")
COUNTS = {"partial": {"success": 1, "failed": 1}, "failed": {"failed": 1}}


def play(project: Project, *events: tuple[str, Row], expect: int | None = 0) -> str:
    args = json.dumps({"events": events})
    output = project.dbt("run-operation", "play", "--args", args, expect=expect).output
    return " ".join(output.split())


def audit(project: Project) -> list[tuple[Any, ...]]:
    rows = project.ledger("ingestion_runs_transitions", "run_id, moved_at, from_status")
    names = ("run_id", "from_status", "to_status", "actor", "event_key", "reason")
    return [(str(row["run_id"]), *(row[name] for name in names[1:])) for row in rows]


def ledger(project: Project) -> dict[str, Row]:
    return {str(row["run_id"]): row for row in project.ledger("ingestion_runs")}


def test_the_life_of_runs(cell: Cell) -> None:
    """I1-I17, I24-I30, I34-I38, I40-I46, IC1, IC6, IC9: the first verb makes the tables; events that come
    twice or late change nothing; a cancelled queued run goes through running.
    """
    project = cell.project("two_models", vars=SETTINGS, files={"macros/play.sql": PLAY})
    one, two = run_id(1), run_id(2)
    start = ("start", {"run_id": one, "actor": "me", "event_key": "s1"})
    cancel = ("cancel", {"run_id": two, "reason": "password=hunter2 it's", "event_key": "c1"})
    again = ("rerun", {"run_id": one, "event_key": "again", "requested_by": "o'brien"})
    said = play(
        project,
        *[("queue", KIND | {"run_id": one, "target_count": 10, "trace_id": "t1"})] * 2,
        ("queue", KIND | {"run_id": two, "target_types": ["official", "appearance"]}),
        *[start] * 2,
        ("progress", {"run_id": one, "counts": {"success": 3, "failed": 1}}),
        ("progress", {"run_id": one, "counts": {"success": 2, "failed": 1}}),
        ("finish", {"run_id": one, "counts": {"success": 5, "failed": 2}, "event_key": "f1"}),
        ("finish", {"run_id": one, "event_key": "f1"}),
        *[cancel] * 2,
        *[again] * 2,
        ("sweep", {}),
    )
    # The id that an event key makes, as in the Python client.
    three = "34845c91-db5b-8f41-8d2a-dfdd3f8022b5"
    assert f"run {one} is partial" in said
    assert f"run {one} is running; this event came before" in said
    assert said.count(f"run {three} is queued and runs {one} again") == 2
    assert "0 runs closed as failed" in said
    check_life(project, three)


def check_life(project: Project, three: str) -> None:
    one, two = run_id(1), run_id(2)
    rows = ledger(project)
    assert {key: row["status"] for key, row in rows.items()} == {
        one: "partial", two: "cancelled", three: "queued",
    }  # fmt: skip
    counts = [
        rows[one][f"{name}_count"]
        for name in ("target", "processed", "success", "failed", "unprocessed")
    ]
    assert counts == [10, 7, 5, 2, 3]
    assert (rows[one]["trace_id"], rows[two]["target_types"]) == ("t1", ["official", "appearance"])
    assert (str(rows[three]["parent_run_id"]), rows[three]["requested_by"]) == (one, "o'brien")
    assert rows[three]["trace_id"] != "t1"
    for row in (rows[one], rows[two]):
        assert NOW <= row["created_at"] <= row["started_at"] <= row["finished_at"]
    assert audit(project) == [
        (one, "queued", "running", "me", "s1", None),
        (one, "running", "partial", "dbt", "f1", None),
        (two, "queued", "running", "dbt", "c1", "password=*** it's"),
        (two, "running", "cancelled", "dbt", "c1", "password=*** it's"),
    ]


@excluded("jinja alone")
def test_an_operation_raises(cell: Cell) -> None:
    """House rule 10: what was, what was asked and what is allowed, or which word is unknown."""
    project = project_with_ledger(cell)
    play(project, ("queue", KIND | {"run_id": run_id(1)}), ("start", {"run_id": run_id(1)}))
    before = ledger(project), audit(project)
    for verb, arguments, message in (
        (
            "start",
            {"run_id": run_id(1)},
            "expected succeeded, failed, partial, cancelled after running, got running",
        ),
        ("rerun", {"run_id": run_id(1)}, "expected a run that is failed, partial, cancelled"),
        ("queue", KIND | {"run_kind": "other"}, "expected run_kind out of official_ingestion"),
    ):
        said = play(project, (verb, arguments), expect=None)
        assert f"run_ledger.{verb}_ingestion(): {message}" in said, said
    assert (ledger(project), audit(project)) == before


def test_the_36_pairs_in_hooks(cell: Cell) -> None:
    """I21-I23, I40, C3, bars: in a hook the refused ones are one line each, the run goes on, and rows
    and audit stay as they were. compile and the like move nothing.
    """
    hook = {"on-run-start": ["{{ play(var('events', [])) }}"]}
    project = cell.project(
        "two_models", vars=SETTINGS, config=hook, files={"macros/play.sql": PLAY}
    )
    project.dbt("run-operation", "create_ledgers")
    pairs = [(status, asked) for status in STATUSES for asked in STATUSES if asked != "queued"]
    rows = []
    for number, (status, _) in enumerate(pairs):
        rows.append(run(number, status, NOW, **counts_of(status)))
    insert(project, "ingestion_runs", rows)
    before = ledger(project)
    events = [event(number, asked) for number, (_, asked) in enumerate(pairs)]
    project.dbt("compile", vars={**SETTINGS, "events": events})
    assert ledger(project) == before
    said = " ".join(project.dbt("run", vars={**SETTINGS, "events": events}).output.split())
    after = ledger(project)
    moved = {pair for number, pair in enumerate(pairs)
             if after[run_id(number)]["status"] != before[run_id(number)]["status"]}  # fmt: skip
    assert moved == {("queued", "running"), ("queued", "cancelled")} | {
        ("running", end) for end in ("succeeded", "failed", "partial", "cancelled")
    }
    # One of them in two moves.
    assert len(audit(project)) == 7
    for number, pair in enumerate(pairs):
        if pair not in moved:
            assert after[run_id(number)] == before[run_id(number)]
            assert f"got {pair[1]} for run {run_id(number)}" in said
    assert said.count("(the run goes on without it)") == 24


def counts_of(status: str) -> Row:
    return {
        "partial": {"success": 1, "failed": 1, "processed": 2, "target": 2},
        "failed": {"failed": 1, "processed": 1, "target": 1},
    }.get(status, {})


def event(number: int, asked: str) -> tuple[str, Row]:
    arguments: Row = {"run_id": run_id(number)}
    if asked == "running":
        return "start", arguments
    if asked == "cancelled":
        return "cancel", arguments
    return "finish", arguments | {"status": asked, "counts": COUNTS.get(asked, {})}


def test_a_sweep_closes_what_is_stuck(cell: Cell) -> None:
    """I27, I29, I41: queued and running ones alike, as failed with the reason, and no others."""
    project = project_with_ledger(cell, run_ledger_ingestion_stuck_minutes=60)
    rows = [
        run(1, "queued", NOW.replace(year=2020), target=3, unprocessed=3),
        run(2, "running", NOW.replace(year=2020), target=4, processed=3, success=2, unprocessed=1),
        run(3, "queued", NOW),
        run(4, "running", NOW),
    ]
    insert(project, "ingestion_runs", rows)
    assert "2 runs closed as failed" in play(project, ("sweep", {}))
    after = ledger(project)
    assert [after[run_id(number)]["status"] for number in (1, 2, 3, 4)] == [
        "failed", "failed", "queued", "running",
    ]  # fmt: skip
    swept = after[run_id(2)]
    names = ("target", "processed", "success", "failed", "unprocessed")
    assert [swept[f"{name}_count"] for name in names] == [4, 2, 2, 0, 2]
    assert swept["finished_at"] >= NOW
    moves = [row[:4] + row[5:] for row in audit(project) if row[2] == "failed"]
    reason = "No end within 60 minutes; closed by a sweep"
    assert moves == [(run_id(n), "running", "failed", "sweep", reason) for n in (1, 2)]
    assert "0 runs closed as failed" in play(project, ("sweep", {}))


def test_a_run_around_a_dbt_run(cell: Cell) -> None:
    """C3: the verbs in on-run hooks and in a model's own, with dbt's transaction around them or not."""
    one, two = run_id(1), run_id(2)
    queue = "run_ledger.queue_ingestion('incremental_update', 'scheduled', ['official']"
    config = {
        "on-run-start": [
            f"{{{{ {queue}, run_id='{one}') }}}}",
            f"{{{{ {queue}, run_id='{two}') }}}}",
            f"{{{{ run_ledger.start_ingestion('{one}') }}}}",
        ],
        "on-run-end": [f"{{{{ run_ledger.finish_ingestion('{one}', counts={{'success': 2}}) }}}}"],
    }
    model = "{{ config(post_hook=\"{{ run_ledger.cancel_ingestion('ID') }}\") }} select 1 as id"
    project = cell.project(
        "two_models",
        vars=SETTINGS,
        config=config,
        files={"models/first_model.sql": model.replace("ID", two)},
    )
    project.dbt("run-operation", "create_ledgers")
    project.dbt("run", threads=1)
    assert {key: row["status"] for key, row in ledger(project).items()} == {
        one: "succeeded",
        two: "cancelled",
    }
    assert len(audit(project)) == 4
