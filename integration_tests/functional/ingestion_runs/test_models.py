"""The models and analyses over the ingestion ledger: rows in, rows out, the same everywhere."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import yaml

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.keeper import ROOT
from integration_tests.functional.harness.project import Project
from integration_tests.functional.ingestion_runs.runs import (
    NOW,
    Row,
    insert,
    moves_of,
    project_with_ledger,
    run,
    run_id,
)

DAY = NOW.replace(hour=0, minute=0, second=0) - timedelta(days=2)
FOLDER = ROOT / "analyses" / "ingestion_runs"


def sample() -> list[Row]:
    """A chain of three, one that is queued again, and one of each other status."""
    whole = {"target": 10, "processed": 10, "success": 10}
    return [
        run(1, "failed", DAY, target=10, processed=4, failed=4, unprocessed=6, seconds=20),
        run(2, "partial", DAY + timedelta(hours=1), parent=1, target=10, processed=8, success=6,
            failed=2, unprocessed=2, seconds=40),
        run(3, "succeeded", DAY + timedelta(hours=2), parent=2, **whole),
        run(4, "cancelled", DAY + timedelta(hours=3), requested_by="o'brien"),
        run(5, "queued", NOW - timedelta(seconds=30), parent=4),
        run(6, "running", NOW - timedelta(minutes=90), mode="scheduled", target=4, processed=1,
            success=1, unprocessed=3),
        run(7, "failed", DAY - timedelta(days=1), run_kind="incremental_update", seconds=5),
    ]  # fmt: skip


def ids(*numbers: int) -> list[str]:
    return [run_id(number) for number in numbers]


def compiled(project: Project) -> dict[str, Path]:
    found = (project.folder / "target" / "compiled" / "run_ledger").rglob(
        "analyses/ingestion_runs/*.sql"
    )
    return {path.stem.removeprefix("run_ledger__ingestion_"): path for path in found}


def by_id(rows: list[Row]) -> dict[str, Row]:
    return {str(row["run_id"])[-1]: row for row in rows}


def test_rows_become_an_admin_screen(cell: Cell) -> None:
    """I30-I33, I37, I39, I45, IC7, C4, C9: every model and analysis over one set of runs."""
    project = project_with_ledger(
        cell, run_ledger_models=True, run_ledger_ingestion_stuck_minutes=60
    )
    rows = sample()
    insert(project, "ingestion_runs", rows)
    moves = [move for row in rows for move in moves_of(row, reason="why")]
    insert(project, "ingestion_runs_transitions", moves)
    project.dbt("run", "--select", "package:run_ledger")
    project.dbt("compile", "--select", "package:run_ledger")
    check_history(project)
    check_chains_and_decisions(project)
    check_metrics(project)
    assert project.table("run_ledger__ingestion_broken_rules") == []
    check_analyses(project)
    check_documented(project)


def check_history(project: Project) -> None:
    history = by_id(project.table("run_ledger__ingestion_history"))
    names = ("status", "is_rerun", "queued_ms", "duration_ms", "ended_by", "reason", "requested_by")
    told = {key: tuple(row[name] for name in names) for key, row in history.items()}
    assert told["1"] == ("failed", False, 10_000, 20_000, "collector", "why", None)
    assert told["3"] == ("succeeded", True, 10_000, 60_000, "collector", "why", None)
    assert told["4"] == ("cancelled", False, 10_000, 60_000, "collector", "why", "o'brien")
    assert told["6"][:2] == ("running", False)
    assert told["6"][3] > 80 * 60_000
    assert told["6"][4:] == (None, None, None)
    assert told["5"][3] is None
    assert told["5"][2] >= 30_000
    percents = {
        key: row["percent_done"] and float(row["percent_done"]) for key, row in history.items()
    }
    assert percents == {
        "1": 40.0,
        "2": 80.0,
        "3": 100.0,
        "4": None,
        "5": None,
        "6": 25.0,
        "7": None,
    }
    assert history["2"]["parent_run_id"] == run_id(1)
    assert history["2"]["created_at"] == DAY + timedelta(hours=1)
    assert history["5"]["listed_at"] == history["5"]["created_at"]


def check_chains_and_decisions(project: Project) -> None:
    chains = by_id(project.table("run_ledger__ingestion_chains"))
    names = ("attempt_number", "attempts", "is_latest")
    assert {
        key: (row["root_run_id"][-1], *(row[name] for name in names)) for key, row in chains.items()
    } == {
        "1": ("1", 1, 3, False),
        "2": ("1", 2, 3, False),
        "3": ("1", 3, 3, True),
        "4": ("4", 1, 2, False),
        "5": ("4", 2, 2, True),
        "6": ("6", 1, 1, True),
        "7": ("7", 1, 1, True),
    }
    decisions = by_id(project.table("run_ledger__ingestion_rerun_decisions"))
    assert {key: (row["can_rerun"], row["reason"]) for key, row in decisions.items()} == {
        "1": (True, "it ended as failed"),
        "2": (True, "it ended as partial"),
        "3": (False, "it has succeeded"),
        "4": (False, f"run {run_id(5)} runs it again and is queued"),
        "5": (False, "it is queued and has not ended"),
        "6": (False, "it is running and has not ended"),
        "7": (True, "it ended as failed"),
    }


def check_metrics(project: Project) -> None:
    metrics = project.table("run_ledger__ingestion_daily_metrics", "run_date, run_kind, mode")
    (day,) = [row for row in metrics if row["run_date"] == DAY.date()]
    counted = {name: row for name, row in day.items() if name.endswith("runs") and row}
    assert counted == {
        "runs": 4, "succeeded_runs": 1, "failed_runs": 1, "partial_runs": 1, "cancelled_runs": 1,
        "reruns": 2,
    }  # fmt: skip
    assert round(float(day["success_rate"]), 4) == 0.3333
    assert (day["success_count"], day["failed_count"], day["unprocessed_count"]) == (16, 6, 8)
    # 22 things in 20 + 40 + 60 + 60 seconds.
    assert round(float(day["processed_per_second"]), 4) == round(22 / 180, 4)
    assert (day["median_duration_ms"], day["p95_duration_ms"]) == (50_000, 60_000)
    assert (day["median_queued_ms"], day["longest_queued_ms"]) == (10_000, 10_000)
    (stuck,) = project.table("run_ledger__ingestion_stuck")
    assert (stuck["run_id"], stuck["status"]) == (run_id(6), "running")
    assert stuck["waiting_ms"] > 80 * 60_000


def check_analyses(project: Project) -> None:
    """C8: each question of the admin screen, run as it is compiled."""
    paths = compiled(project)
    assert {*paths} == {
        path.stem.removeprefix("run_ledger__ingestion_") for path in FOLDER.glob("*.sql")
    }
    answers = {name: project.query(path.read_text()) for name, path in paths.items()}
    assert [row["run_id"] for row in answers["history"]] == ids(5, 6, 4, 3, 2, 1, 7)
    assert [row["run_id"] for row in answers["rerun_candidates"]] == ids(7)
    assert [row["run_id"] for row in answers["stuck_now"]] == ids(6)
    assert answers["runs_of_trace"] == answers["chain_of_run"] == answers["rerun_decision"] == []
    some = {
        "rerun_decision": ("00000000-0000-4000-8000-000000000000", run_id(1)),
        "chain_of_run": ("00000000-0000-4000-8000-000000000000", run_id(2)),
        "runs_of_trace": ("'trace'", "'trace-3'"),
    }
    found = {
        name: project.query(paths[name].read_text().replace(*changed))
        for name, changed in some.items()
    }
    assert [row["can_rerun"] for row in found["rerun_decision"]] == [True]
    assert [row["run_id"] for row in found["chain_of_run"]] == ids(1, 2, 3)
    assert [row["to_status"] for row in found["runs_of_trace"]] == ["running", "succeeded"]
    by_kind = {row["run_kind"] + row["mode"]: row for row in answers["success_by_kind"]}
    assert float(by_kind["official_ingestionmanual"]["success_percent"]) == 33.33
    assert by_kind["incremental_updatemanual"]["failed_runs"] == 1


def check_documented(project: Project) -> None:
    """House rule 12: each column has its entry, in the order of the model."""
    entries = yaml.safe_load(
        (ROOT / "models/ingestion_runs/_ingestion_runs__models.yml").read_text()
    )
    staging = yaml.safe_load((ROOT / "models/staging/_staging__models.yml").read_text())["models"]
    entries = entries["models"] + [each for each in staging if "ingestion" in each["name"]]
    assert len(entries) == 8
    for entry in entries:
        rows = project.table(entry["name"])
        if rows:
            assert [column["name"] for column in entry["columns"]] == list(rows[0]), entry["name"]


def broken() -> tuple[list[Row], list[Row], set[tuple[str, str]]]:
    """Runs and moves that no check refuses, and what is wrong with them."""
    done = run(1, "succeeded", DAY)
    silent = run(2, "failed", DAY)
    child = run(3, "cancelled", DAY + timedelta(hours=1), parent=1)
    orphan = run(4, "queued", DAY, parent=99)
    twins = [run(number, "queued", DAY, parent=2) for number in (5, 6)]
    forged = run(7, "queued", DAY)
    moves = [
        *moves_of(done),
        *moves_of(child),
        moves_of(silent)[0],
        moves_of(run(7, "running", DAY))[0],
    ]
    wrong = {
        ("move_is_audited", run_id(2)),
        ("parent_may_be_run_again", run_id(3)),
        ("parent_is_there", run_id(4)),
        ("one_active_child", run_id(2)),
        ("audit_tells_of_a_move", run_id(7)),
    }
    return [done, silent, child, orphan, *twins, forged], moves, wrong


def test_what_broke_the_rules_is_found(cell: Cell) -> None:
    """I21, I24, I26, I38, I40-I42, I46, IC3, IC10: whatever got in past the verbs is listed by the
    name of the rule, and the data test warns. A ledger that nobody has made yet reads as no row.
    """
    settings = {"run_ledger_models": True, "run_ledger_ledgers": ["ingestion_runs"]}
    project = cell.project("two_models", vars=settings)
    project.dbt("run", "--select", "package:run_ledger")
    for model in ("history", "chains", "broken_rules", "daily_metrics"):
        assert project.table(f"run_ledger__ingestion_{model}") == []
    project.dbt("run-operation", "create_ledgers")
    runs, moves, wrong = broken()
    if cell.warehouse.name == "postgres":
        # Even without triggers an index stands against the second active child.
        runs = [each for each in runs if each["run_id"] != run_id(6)]
        wrong.remove(("one_active_child", run_id(2)))
    if cell.warehouse.name == "snowflake":
        # Nothing at all is refused there.
        runs += [
            run(11, "partial", DAY, success=3, target=3, processed=3),
            run(12, "succeeded", DAY, target=2, unprocessed=1, mode="never"),
            run(13, "failed", DAY, target=-1, target_types=["official", "official"]),
            run(14, "running", DAY, started_at=DAY - timedelta(seconds=1)),
            run(15, "queued", DAY) | {"started_at": DAY, "finished_at": DAY},
        ]
        moves += [move for row in runs[7:12] for move in moves_of(row)[:2]]
        wrong |= {("partial_is_mixed", run_id(11)), ("counts_add_up", run_id(12)),
                  ("succeeded_is_whole", run_id(12)), ("known_mode", run_id(12)),
                  ("no_count_below_zero", run_id(13)), ("known_target_types", run_id(13)),
                  ("counts_add_up", run_id(13)), ("times_in_order", run_id(14)),
                  ("queued_is_not_started", run_id(15)), ("finished_is_terminal", run_id(15)),
                  ("move_is_allowed", run_id(15)), ("audit_tells_of_a_move", run_id(15))}  # fmt: skip
    insert(project, "ingestion_runs", runs)
    insert(project, "ingestion_runs_transitions", moves)
    output = project.dbt("build", "--select", "+run_ledger__ingestion_broken_rules").output
    found = project.table("run_ledger__ingestion_broken_rules", "rule, run_id")
    assert {(row["rule"], row["run_id"]) for row in found} == wrong
    assert "no_broken_rules_run_ledger__ingestion_broken_rules" in output
