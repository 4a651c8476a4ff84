"""The run summary over all five ledgers: rows in, one hand-made table out; its days and its jobs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.keeper import ROOT
from integration_tests.functional.harness.project import Project
from integration_tests.functional.process_execution_log import ledger_rows as jobs
from integration_tests.functional.run_summary import metrics
from integration_tests.functional.run_summary.five_ledgers import (
    CLOCK,
    LEASE_TEXT,
    SELECTED,
    ago,
    at,
    expected,
    fill,
    five_ledgers,
)

Row = dict[str, Any]


def told(row: Row) -> Row:
    """A row without what is null in it."""
    return {name: value for name, value in row.items() if value is not None}


def by_key(project: Project, model: str) -> dict[str, Row]:
    """The rows of a model by their first column, of which each is there once."""
    rows = project.table(model)
    found = {next(iter(row.values())): told(row) for row in rows}
    assert len(found) == len(rows)
    return found


def test_one_row_a_run_over_five_ledgers(cell: Cell) -> None:
    """CC1, CC2, X43: every status of every ledger in one vocabulary, live and built, and an
    incremental build equals a whole one; the metrics count the same rows."""
    project = five_ledgers(cell)
    with_functions = (*SELECTED, "+run_ledger__hourly_function_metrics")
    project.dbt("run", *with_functions)
    assert by_key(project, "run_summary") == {}
    fill(project)
    # Nobody has built anything since: what the ledgers hold is there, but for the functions.
    wanted = expected()
    live = {key: row for key, row in wanted.items() if row["ledger"] != "function_logs"}
    assert by_key(project, "run_summary") == live
    project.dbt("run", *with_functions)
    assert by_key(project, "run_summary") == wanted
    # What is open may still become anything, and is read from its ledger.
    kept = project.table("run_ledger__run_history")
    assert {row["run_summary_id"] for row in kept if row["is_open"]} == set()
    check_metrics(project)
    check_days(project)
    check_lost_at_once(project, wanted)
    end_what_was_open(project, wanted)
    assert by_key(project, "run_summary") == wanted
    project.dbt("run", *SELECTED)
    assert by_key(project, "run_summary") == wanted
    days = untimed(by_key(project, "run_summary_daily"))
    project.dbt("run", *SELECTED, "--full-refresh")
    assert by_key(project, "run_summary") == wanted
    assert untimed(by_key(project, "run_summary_daily")) == days


def untimed(days: dict[str, Row]) -> dict[str, Row]:
    """When a row was read is another moment in each build."""
    return {
        key: {name: value for name, value in row.items() if name != "last_loaded_at"}
        for key, row in days.items()
    }


def check_metrics(project: Project) -> None:
    """Counted by hand in the rows of the five ledgers."""
    assert metrics.values(project, "runs", "functions") == pytest.approx(
        {
            "runs": 26,
            "judged_runs": 22,
            "succeeded_runs": 9,
            "success_rate": 9 / 22,
            "failures": 11,
            "lost_runs": 6,
            # 1, 1, 2, 2, 2.0005, 12, 40, 60, 60, 60 and 90 seconds.
            "median_duration_seconds": 12,
            "p95_duration_seconds": 75,
            "p95_queue_seconds": 10,
            "failed_things": 21,
            # One of the two invocations runs over midnight, and took 2,000.5 ms.
            "function_invocations": 3,
            "function_errors": 1,
            "function_error_rate": 1 / 3,
            "function_sla_violations": 1,
            "function_sla_violation_rate": 1 / 3,
        }
    )


def check_days(project: Project) -> None:
    days = by_key(project, "run_summary_daily")
    nightly = days[f"process_execution_log|nightly|prod|{at(0).date()}"]
    figures = {"runs": 5, "succeeded_runs": 2, "partial_runs": 0, "failed_runs": 1,
               "cancelled_runs": 1, "lost_runs": 1, "success_rate": 0.5, "total_duration_seconds": 200.5,
               "p50_duration_seconds": 75, "p95_duration_seconds": 88.5, "total_count": 6,
               "failed_count": 1, "last_status": "lost", "last_started_at": at(5)}  # fmt: skip
    assert nightly == nightly | figures
    assert "trailing_p50_duration_seconds" not in nightly
    manual = days[f"ingestion_runs|official_ingestion|manual||{at(0).date()}"]
    assert (manual["p95_queue_seconds"], manual["partial_runs"]) == (10, 1)


def check_lost_at_once(project: Project, wanted: dict[str, Row]) -> None:
    """X43: the lease ends, and nobody builds anything."""
    name = "process_execution_log|JOB_live"
    silent = ago(90)
    project.query(
        f"update {jobs.ledger(project)} set update_tmstp = cast('{silent}' as timestamp)"
        " where process_step_id = 'JOB_live'"
    )
    lost = {"status": "lost", "ended_at": silent, "error": LEASE_TEXT, "skipped_count": 1}
    seconds = (silent - wanted[name]["started_at"]).total_seconds()
    assert by_key(project, "run_summary")[name] == {
        **wanted[name],
        **lost,
        "duration_seconds": seconds,
    }


def end_what_was_open(project: Project, wanted: dict[str, Row]) -> None:
    """The job ends after all; a run that was open when the history was built is read again."""
    project.query(f"delete from {jobs.ledger(project)} where process_step_id = 'JOB_live'")
    start, end = ago(20), ago(1)
    jobs.insert(project, jobs.job("live", start, end, [jobs.step("a", start)]))
    name = "process_execution_log|JOB_live"
    wanted[name] |= {"status": "succeeded", "ledger_status": "SUCCESS", "is_open": False,
                     "ended_at": end, "duration_seconds": 19 * 60.0, "succeeded_count": 1}  # fmt: skip


def run_at(
    key: str, start: datetime, seconds: float = 60, *, fails: bool = False, parent: str = ""
) -> Row:
    end = start + timedelta(seconds=seconds)
    step = jobs.step("m", start, seconds, status="ERROR" if fails else "SUCCESS")
    name = f"{key}-{start:%m%d%H%M}"
    errors = [{"message": "broken"}] if fails else []
    config = {"job_key": key, **({"parent": parent} if parent else {})}
    return jobs.job(name, start, end, [step], errors, config=config)


def days_of(key: str, days: list[int], hour: int = 0, **more: Any) -> list[Row]:
    """A run at an hour of each day, counted back from today."""
    return [
        run_at(key, CLOCK.today - timedelta(days=day) + timedelta(hours=hour), **more)
        for day in days
    ]


def histories() -> list[Row]:
    """One job for each thing that the rollup tells of a job."""
    spread = (3, 4, 11, 12.5, 30)
    first = run_at("by_hand", CLOCK.today - timedelta(days=3))["process_step_id"]
    return [
        *days_of("daily", [*range(1, 21)]),
        run_at("daily", CLOCK.now - timedelta(minutes=5)),
        *days_of("stopped", [*range(4, 20)]),
        *[run_at("by_hand", CLOCK.today - timedelta(days=day)) for day in spread],
        run_at("by_hand", CLOCK.today, parent=first),
        *days_of("slower", [*range(8, 30)]),
        *days_of("slower", [*range(7)], seconds=120),
        *days_of("failing", [5, 4]),
        *days_of("failing", [3, 1], fails=True),
        *days_of("healed", [9]),
        *days_of("healed", [8, 7], fails=True),
        *days_of("healed", [6]),
        *days_of("healed", [5], fails=True),
        *days_of("healed", [4, 3]),
        *working_days(),
    ]


def working_days() -> list[Row]:
    """Five runs a week until the last working day: in a gap of two days, it is not late."""
    last = CLOCK.today - timedelta(days=1)
    while last.weekday() > 4:
        last -= timedelta(days=1)
    days = [last - timedelta(days=back) for back in range(40)]
    return [run_at("working_days", day) for day in days if day.weekday() < 5]


def test_jobs_their_rhythm_and_their_health(cell: Cell) -> None:
    """A job that did not run is the failure that nobody logs."""
    project = five_ledgers(cell)
    jobs.insert(project, *histories())
    project.dbt("run", *SELECTED)
    found = {row["job_key"]: row for row in by_key(project, "run_summary_jobs").values()}
    health = {key: (row["health"], row.get("health_reason")) for key, row in found.items()}
    assert health | {"working_days": None, "healed": None} == {
        "daily": ("healthy", None),
        "stopped": ("late", "no run since the expected one"),
        "by_hand": ("healthy", None),
        "slower": ("degraded", "runs take half as long again as in the four weeks before"),
        "failing": ("failing", "the last run failed"),
        "healed": None,
        "working_days": None,
    }
    check_rhythms(found)
    streaks = {key: (row["streak_outcome"], row["streak_runs"]) for key, row in found.items()}
    assert streaks["failing"] == ("failed", 2)
    assert streaks["healed"] == ("succeeded", 2)
    assert streaks["stopped"] == ("succeeded", 16)
    healed = found["healed"]
    # From the end of the first failure of two to the end of the next success; then one day.
    assert (healed["recoveries"], healed["mean_recovery_seconds"]) == (2, 1.5 * 86400)
    assert healed["success_rate"] == pytest.approx(4 / 7)
    check_slower(found["slower"])
    late = [row["late_seconds"] for row in found.values() if row["is_late"]]
    standing = {"late_jobs": len(late), "failing_jobs": 1, "recovery_seconds": 1.5 * 86400}
    # A job turns later while somebody looks.
    assert metrics.values(project, "jobs") == pytest.approx(
        standing | {"lateness_seconds": max(late)}, abs=60
    )
    check_analyses(project)


def check_slower(slower: Row) -> None:
    assert (slower["recent_p50_duration_seconds"], slower["trailing_p50_duration_seconds"]) == (
        120,
        60,
    )
    assert slower["p50_change_ratio"] == 1


def check_rhythms(found: dict[str, Row]) -> None:
    stopped = found["stopped"]
    last = CLOCK.today - timedelta(days=4)
    assert stopped["typical_interval_seconds"] == 86400
    assert stopped["next_expected_at"] == last + timedelta(days=1)
    assert stopped["late_after_at"] == last + timedelta(days=1, hours=2.4)
    assert stopped["is_late"]
    assert stopped["late_seconds"] >= 3 * 86400
    assert "next_expected_at" not in found["by_hand"]
    assert not found["by_hand"]["is_late"]
    working = found["working_days"]
    days = (
        (7 - working["last_started_at"].weekday())
        if working["last_started_at"].weekday() == 4
        else 1
    )
    assert working["next_expected_at"] == working["last_started_at"] + timedelta(days=days)


def answers(project: Project) -> dict[str, str]:
    """The analyses as dbt compiles them, by what they are called behind the prefix."""
    names = [path.stem for path in (ROOT / "analyses" / "run_summary").glob("*.sql")]
    project.dbt("compile", "--select", *names)
    folder = project.folder / "target" / "compiled" / "run_ledger"
    found = {path.stem: path.read_text() for path in folder.rglob("analyses/run_summary/**/*.sql")}
    assert {*found} == {*names}
    return {name.removeprefix("run_ledger__"): sql for name, sql in found.items()}


def check_analyses(project: Project) -> None:
    """What an analyst asks first, of the histories."""
    sql = answers(project)
    look = [row["job_key"] for row in project.query(sql["jobs_to_look_at"])]
    assert [key for key in look if key not in ("working_days", "healed")] == [
        "failing",
        "stopped",
        "slower",
    ]
    day = {row["job_key"]: row for row in project.query(sql["runs_of_the_last_day"])}
    assert {key: row["total_seconds"] for key, row in day.items()} == {
        "by_hand": 60,
        "daily": 60,
        "slower": 120,
    }
    assert [day["daily"][f"{status}_runs"] for status in ("succeeded", "failed", "open")] == [
        1,
        0,
        0,
    ]
    worse = {
        (row["job_key"], (CLOCK.today.date() - row["run_date"]).days)
        for row in project.query(sql["days_that_got_worse"])
    }
    slower = {("slower", day) for day in range(7)}
    assert worse == slower | {("failing", day) for day in (3, 1)} | {
        ("healed", day) for day in (8, 7, 5)
    }
    asked = run_at("by_hand", CLOCK.today)["process_step_id"]
    chain = project.query(sql["runs_around_a_run"].replace("'a run'", f"'{asked}'"))
    found = [(row["run_id"], row["attempt"], row["belongs_by"]) for row in chain]
    first = run_at("by_hand", CLOCK.today - timedelta(days=3))["process_step_id"]
    assert found == [(first, 1, "the same chain"), (asked, 1, "itself")]
