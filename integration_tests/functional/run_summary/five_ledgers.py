"""Rows in all five ledgers, and by hand what the run summary says of each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.project import Project
from integration_tests.functional.ingestion_runs import runs as ingestion
from integration_tests.functional.process_execution_log import ledger_rows as jobs

Row = dict[str, Any]
LEDGERS = ["profile_runs", "ingestion_runs", "function_logs", "processing_logs"]
SELECTED = ("--select", "+run_ledger.run_summary")
LEASE_TEXT = "No sign of life for longer than the lease"


class Clock:
    """When the test began, from which its rows count: those before it may have taken an hour."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.now = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
        self.today = self.now.replace(hour=0, minute=0, second=0)


CLOCK = Clock()


def at(hours: float, seconds: float = 0) -> datetime:
    return CLOCK.today + timedelta(days=-3, hours=hours, seconds=seconds)


def ago(minutes: float) -> datetime:
    return CLOCK.now - timedelta(minutes=minutes)


def ahead() -> datetime:
    return CLOCK.now + timedelta(days=40)


def five_ledgers(cell: Cell) -> Project:
    """The models are on, and the hooks write nothing: the ledgers hold what the test puts there."""
    CLOCK.start()
    settings = {
        "run_ledger_models": True,
        "run_ledger_ledgers": LEDGERS,
        "run_ledger_function_logs_sla_ms": 1500,
    }
    project = cell.project("two_models", vars=settings)
    every = {"run_ledger_ledgers": ["process_execution_log", *LEDGERS]}
    project.dbt("run-operation", "create_ledgers", vars=every)
    return project


def job_rows() -> list[Row]:
    """One that succeeded in CI, one that failed and was run again, and one of each other end."""
    steps = [jobs.step("a", at(1)), jobs.step("b", at(1), status="WARN")]
    broken = [
        jobs.step("a", at(2), status="ERROR"),
        jobs.step("b", None, status="SKIPPED"),
        jobs.step("c", at(2), status="CANCELLED"),
    ]
    ci: Row = {"system": "github", "run_id": "77", "attempt": "2", "actor": "ann"}
    facts: Row = {
        "git": {"sha": "abc", "branch": "main"},
        "ci": ci,
        "parent": "dag-1",
        "user_name": "u",
    }
    lost: Row = {"execution_status_name": "LOST"}
    cancelled: Row = {"execution_status_name": "CANCELLED"}
    return [
        jobs.job("ok", at(1), at(1, 90), steps, config=facts),
        jobs.job("bad", at(2), at(2, 30.5), broken, [{"message": "it's\nbroken"}]),
        jobs.job("again", at(3), at(3, 60), steps[:1], config={"parent": "JOB_bad"}),
        jobs.job("cut", at(4), at(4, 10), [], **cancelled),
        jobs.job("swept", at(5), at(5, 10), [], [{"message": "closed by a sweep"}], **lost),
        jobs.job("gone", ago(120), None, [jobs.step("a", ago(120), status="RUNNING")]),
        jobs.job("live", ago(20), None, [jobs.step("a", ago(20), status="RUNNING")]),
        # Two that name one another as what they belong to: neither is the first, and none gets lost.
        jobs.job("egg", at(0, 60), at(0, 61), [], config={"job_key": "odd", "parent": "JOB_hen"}),
        jobs.job("hen", at(0, 60), at(0, 61), [], config={"job_key": "odd", "parent": "JOB_egg"}),
        # Of a clock that was wrong for a while: what comes after it must not go unseen.
        jobs.job("ahead", ahead(), ahead() + timedelta(seconds=60), steps[:1]),
    ]


def ingestion_rows() -> list[Row]:
    """A chain of three, one that a sweep closed, one that nobody has closed, one in the queue."""
    counts = {"target": 10, "processed": 10}
    return [
        ingestion.run(1, "failed", at(6), **counts, failed=10),
        ingestion.run(2, "partial", at(7), parent=1, **counts, success=6, failed=4, seconds=40),
        ingestion.run(3, "succeeded", at(8), parent=2, **counts, success=10, requested_by="bo"),
        ingestion.run(4, "failed", at(9), mode="scheduled", target=5, unprocessed=5),
        ingestion.run(5, "running", ago(25 * 60), mode="scheduled", target=4, unprocessed=4),
        ingestion.run(6, "queued", ago(5)),
    ]


def ingestion_moves(rows: list[Row]) -> list[Row]:
    moves = [move for row in rows for move in ingestion.moves_of(row)]
    for move in moves:
        number = int(move["run_id"][-1])
        if move["to_status"] not in ("running", "succeeded"):
            move["reason"] = f"reason {number}"
        if number == 4:
            move["event_key"] = f"sweep:{move['event_key']}"
    return moves


def profile_row(name: str, status: str, start: datetime, seconds: float | None, **more: Any) -> Row:
    end = start + timedelta(seconds=seconds) if seconds is not None else None
    places = {"target_db": "dev", "target_schema": "shop", "target_table": "orders"}
    return {"run_id": name, **places, "started_at": start, "finished_at": end,
            "status": status, "updated_at": end or start, **more}  # fmt: skip


def profile_rows() -> list[Row]:
    failed: Row = {"error_code": "42P01", "error_message": "no such table", "triggered_by": "ci"}
    return [
        profile_row("p-ok", "SUCCEEDED", at(10), 12, job_name="nightly", git_commit="abc"),
        profile_row("p-bad", "FAILED", at(11), 1, **failed),
        profile_row("p-swept", "TIMEOUT", at(12), 3600, error_code="ABANDONED"),
        profile_row("p-gone", "RUNNING", ago(90), None),
        profile_row("p-live", "RUNNING", ago(2), None),
    ]


def processing_row(start: datetime, success: int, failed: int, skipped: int) -> Row:
    total = success + failed + skipped
    return {"execution_name": f"user-log-{start:%Y%m%d-%H%M%S}", "source_file": "users.csv",
            "content_sha256": f"sha-{total}", "is_repeat": False, "file_rows": total,
            "total_count": total, "success_count": success, "failed_count": failed,
            "skipped_count": skipped, "started_at": start,
            "ended_at": start + timedelta(seconds=2)}  # fmt: skip


def processing_rows() -> list[Row]:
    return [
        processing_row(at(13), 5, 0, 1),
        processing_row(at(14), 3, 2, 0),
        processing_row(at(15), 0, 1, 0),
    ]


def log_entry(call: str, moment: datetime, number: int, **more: Any) -> Row:
    hours = {"year": moment.year, "month": moment.month, "day": moment.day, "hour": moment.hour}
    return {"log_id": f"{call}-{number}", "function_name": "resize", "invocation_id": call,
            "level": "INFO", "message": "started", "timestamp": moment, **hours,
            "file_name": "f.json", "line_number": number, **more}  # fmt: skip


def function_rows() -> list[Row]:
    """One invocation over midnight, one with an error."""
    late = at(24, -1)
    return [
        log_entry("c1", late, 1),
        log_entry("c1", late + timedelta(seconds=2), 2, message="done", duration_ms=2000.5),
        log_entry("c2", at(16), 3),
        log_entry("c2", at(16, 1), 4, level="ERROR", message="no memory", duration_ms=1000),
    ]


def fill(project: Project) -> None:
    jobs.insert(project, *job_rows())
    runs = ingestion_rows()
    ingestion.insert(project, "ingestion_runs", runs)
    ingestion.insert(project, "ingestion_runs_transitions", ingestion_moves(runs))
    for table, rows in (
        ("profile_runs", profile_rows()),
        ("processing_logs_executions", processing_rows()),
        ("azfunctions_logs", function_rows()),
    ):
        insert(project, table, rows)


def insert(project: Project, table: str, rows: list[Row]) -> None:
    name = project.name_of(table, project.space.ledger_schema)
    for row in rows:
        columns = {column: value for column, value in row.items() if value is not None}
        texts = ", ".join(_literal(value) for value in columns.values())
        project.query(f"insert into {name} ({', '.join(columns)}) select {texts}")


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return f"cast('{value}' as timestamp)"
    return str(value) if isinstance(value, (int, float)) else f"'{value}'"


def expected() -> dict[str, Row]:
    """Every row of the run summary by its id, without what is null."""
    found = {}
    for ledger, rows in {
        "process_execution_log": _expected_jobs(),
        "ingestion_runs": _expected_ingestion(),
        "profile_runs": _expected_profiles(),
        "processing_logs": _expected_processing(),
        "function_logs": _expected_functions(),
    }.items():
        for row in rows:
            key = f"{ledger}|{row['run_id']}"
            begun = row.pop("recorded_at", None) or row["started_at"]
            derived = {"run_summary_id": key, "ledger": ledger, "target": "", "is_open": False,
                       "attempt": 1, "root_run_id": row["run_id"], "recorded_at": begun,
                       "run_date": begun.date()}  # fmt: skip
            found[key] = {**derived, **row}
    return found


def counts(succeeded: int, failed: int, skipped: int, total: int | None = None) -> Row:
    every = succeeded + failed + skipped if total is None else total
    return {"total_count": every, "succeeded_count": succeeded, "failed_count": failed,
            "skipped_count": skipped}  # fmt: skip


def span(start: datetime, seconds: float) -> Row:
    return {"started_at": start, "ended_at": start + timedelta(seconds=seconds),
            "duration_seconds": seconds}  # fmt: skip


def _expected_jobs() -> Iterator[Row]:
    def row(name: str, status: str, ledger_status: str, **more: Any) -> Row:
        return {"run_id": f"JOB_{name}", "status": status, "ledger_status": ledger_status,
                "job_key": "nightly", "target": "prod", "trace_id": name, **more}  # fmt: skip

    ci: Row = {"attempt": 2, "parent_run_id": "dag-1", "root_run_id": "dag-1", "requested_by": "ann",
          "git_sha": "abc", "git_branch": "main", "ci_system": "github", "ci_run_id": "77"}  # fmt: skip
    chain: Row = {"parent_run_id": "JOB_bad", "root_run_id": "JOB_bad"}
    open_job: Row = {"is_open": True, **counts(0, 0, 0, total=1)}
    yield row("ok", "succeeded", "SUCCESS", **span(at(1), 90), **counts(2, 0, 0), **ci)
    yield row(
        "bad", "failed", "FAILED", **span(at(2), 30.5), **counts(0, 1, 2), error="it's broken"
    )
    yield row("again", "succeeded", "SUCCESS", **span(at(3), 60), **counts(1, 0, 0), **chain)
    yield row("cut", "cancelled", "CANCELLED", **span(at(4), 10), **counts(0, 0, 0))
    yield row(
        "swept", "lost", "LOST", **span(at(5), 10), **counts(0, 0, 0), error="closed by a sweep"
    )
    lost: Row = {**counts(0, 0, 1), "is_open": True, "error": LEASE_TEXT}
    yield row("gone", "lost", "RUNNING", **span(ago(120), 0), **lost)
    yield row("live", "running", "RUNNING", started_at=ago(20), **open_job)
    for name, other in (("egg", "JOB_hen"), ("hen", "JOB_egg")):
        odd: Row = {"job_key": "odd", "parent_run_id": other, **counts(0, 0, 0)}
        yield row(name, "succeeded", "SUCCESS", **span(at(0, 60), 1), **odd)
    yield row("ahead", "succeeded", "SUCCESS", **span(ahead(), 60), **counts(1, 0, 0))


def _expected_ingestion() -> Iterator[Row]:
    def row(number: int, status: str, queued: datetime, mode: str = "manual", **more: Any) -> Row:
        return {"run_id": ingestion.run_id(number), "status": status, "recorded_at": queued,
                "queued_at": queued, "trace_id": f"trace-{number}",
                "job_key": f"official_ingestion|{mode}",
                "ledger_status": status, **more}  # fmt: skip

    def done(start: datetime, seconds: float = 60) -> Row:
        return {"queue_seconds": 10, **span(start + timedelta(seconds=10), seconds)}

    first, second = ingestion.run_id(1), ingestion.run_id(2)
    again: Row = {"attempt": 2, "parent_run_id": first, "root_run_id": first}
    third: Row = {"attempt": 3, "parent_run_id": second, "root_run_id": first, "requested_by": "bo"}
    yield row(1, "failed", at(6), **done(at(6)), **counts(0, 10, 0), error="reason 1")
    yield row(2, "partial", at(7), **done(at(7), 40), **counts(6, 4, 0), error="reason 2", **again)
    yield row(3, "succeeded", at(8), **done(at(8)), **counts(10, 0, 0), **third)
    swept: Row = {"ledger_status": "failed", "error": "reason 4"}
    yield row(4, "lost", at(9), "scheduled", **done(at(9)), **counts(0, 0, 5), **swept)
    stuck: Row = {
        "ledger_status": "running",
        "is_open": True,
        "error": "No end within 1440 minutes",
    }
    start = ago(25 * 60)
    yield row(5, "lost", start, "scheduled", **done(start, 0), **counts(0, 0, 4), **stuck)
    yield row(6, "queued", ago(5), is_open=True, **counts(0, 0, 0))


def _expected_profiles() -> Iterator[Row]:
    def row(name: str, status: str, ledger_status: str, **more: Any) -> Row:
        return {"run_id": name, "status": status, "ledger_status": ledger_status, "target": "dev",
                "job_key": "shop.orders", **more}  # fmt: skip

    facts: Row = {"trace_id": "nightly", "git_sha": "abc"}
    failed: Row = {"error": "no such table", "requested_by": "ci"}
    open_run: Row = {"is_open": True, **counts(0, 0, 0, total=1)}
    yield row("p-ok", "succeeded", "SUCCEEDED", **span(at(10), 12), **counts(1, 0, 0), **facts)
    yield row("p-bad", "failed", "FAILED", **span(at(11), 1), **counts(0, 1, 0), **failed)
    yield row(
        "p-swept", "lost", "TIMEOUT", **span(at(12), 3600), **counts(0, 1, 0), error="ABANDONED"
    )
    lost: Row = {**open_run, "error": "Running for longer than the lease"}
    yield row("p-gone", "lost", "RUNNING", **span(ago(90), 0), **lost)
    yield row("p-live", "running", "RUNNING", started_at=ago(2), **open_run)


def _expected_processing() -> Iterator[Row]:
    for hour, numbers, status, ledger_status, error in (
        (13, (5, 0, 1), "succeeded", "SUCCESS", None),
        (14, (3, 2, 0), "partial", "PARTIAL", "2 of 5 rows failed"),
        (15, (0, 1, 0), "failed", "FAILED", "1 of 1 rows failed"),
    ):
        row = {"run_id": f"user-log-{at(hour):%Y%m%d-%H%M%S}", "job_key": "user-log",
               "status": status, "ledger_status": ledger_status, "recorded_at": at(hour, 2),
               "trace_id": f"sha-{sum(numbers)}", **span(at(hour), 2), **counts(*numbers)}  # fmt: skip
        yield row | ({"error": error} if error else {})


def _expected_functions() -> Iterator[Row]:
    late = at(24, -1)
    yield {"run_id": "resize|c1", "job_key": "resize", "status": "succeeded",
           **span(late, 2), "duration_seconds": 2.0005, **counts(2, 0, 0)}  # fmt: skip
    yield {"run_id": "resize|c2", "job_key": "resize", "status": "failed",
           **span(at(16), 1), "error": "no memory", **counts(1, 1, 0)}  # fmt: skip
