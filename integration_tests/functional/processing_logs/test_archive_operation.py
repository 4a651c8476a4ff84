"""`dbt run-operation archive_processing_logs`: nothing lost, nothing counted twice, at any cadence."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from datetime import datetime
from typing import Any

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.project import Project
from integration_tests.functional.processing_logs.log_rows import insert, ledger, run_of

VARS = {
    "run_ledger_ledgers": ["processing_logs"],
    "run_ledger_processing_logs_months_ahead": 1,
    "run_ledger_processing_logs_retention": {"short": {"hot_months": 6, "total_months": 7}},
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


RUNS = [
    run_of(at("2025-01-31 23:59:59"), 8, 1),
    run_of(at("2025-02-10 09:00:00"), 7, 101),
    run_of(at("2025-02-11 09:00:00"), 4, 201, retention_class="short"),
    run_of(at("2025-08-31 09:00:00"), 6, 301),
    run_of(at("2025-09-01 00:00:00"), 5, 401),
]


def totals(project: Project, *suffixes: str) -> dict[str, int]:
    counted = {}
    for suffix in suffixes:
        (row,) = project.query(f"select count(*) as n from {ledger(project, suffix)}")
        counted[suffix] = int(row["n"])
    return counted


def per_status(project: Project) -> dict[str, int]:
    """Hot, warm and archived rows by status."""
    tables = " union all ".join(
        f"select status, count(*) as n from {ledger(project, suffix)} group by status"
        for suffix in ("", "_warm")
    )
    archived = f"select status, row_count as n from {ledger(project, '_summary_by_type')}"
    sql = f"select status, sum(n) as n from ({tables} union all {archived}) t group by status"
    return {row["status"]: int(row["n"]) for row in project.query(sql)}


def archive(project: Project, today: str) -> str:
    arguments = f"{{today: {today}}}"
    return project.dbt("run-operation", "archive_processing_logs", "--args", arguments).output


def test_months_are_moved_rolled_up_and_removed(cell: Cell) -> None:
    """L40-L48, LC4, LC6, LC7, LC9, LC12, L64: hot bound from above, total bound from below."""
    project = cell.project("three_models", vars=VARS)
    months = ("--args", "{from_month: 2025-01}")
    project.dbt("run-operation", "create_processing_log_months", *months)
    insert(project, *RUNS)
    before = per_status(project)
    assert before == {"success": 17, "failed": 7, "skipped": 6}
    archive(project, "2025-07-31")
    # January is six months old in July: it leaves the hot table. February stays.
    assert totals(project, "", "_warm", "_summary") == {"": 22, "_warm": 8, "_summary": 0}
    archive(project, "2025-10-01")
    # The short class keeps seven months, so its rows of February are gone and the others stay.
    assert totals(project, "", "_warm", "_summary") == {"": 11, "_warm": 15, "_summary": 1}
    output = archive(project, "2026-02-28")
    assert "15 rows" not in output
    assert totals(project, "", "_warm") == {"": 5, "_warm": 13}
    for _ in range(2):
        archive(project, "2026-04-01")
        assert per_status(project) == before
        check_summary(project)


def check_summary(project: Project) -> None:
    columns = ("total_processed", "success_count", "failed_count", "skipped_count")
    rows: list[dict[str, Any]] = project.ledger("processing_logs_summary", "1, 2")
    found: list[tuple[Any, ...]]
    found = [(str(row["summary_date"])[:10], *(int(row[name]) for name in columns)) for row in rows]
    assert found == [
        ("2025-01-01", 8, 4, 2, 2),
        ("2025-02-01", 7, 4, 2, 1),
        ("2025-02-01", 4, 2, 1, 1),
    ]
    assert all(total == success + failed + skipped for _, total, success, failed, skipped in found)


@excluded("locks")
@excluded("one statement")
def test_two_archives_at_once_count_a_row_once(cell: Cell) -> None:
    """L48, LC8: the second one waits, and finds nothing to count where the first one was."""
    project = cell.project("three_models", vars=VARS)
    months = ("--args", "{from_month: 2025-01}")
    project.dbt("run-operation", "create_processing_log_months", *months)
    insert(project, RUNS[1], RUNS[2])
    archive(project, "2025-09-01")
    warm, name = ledger(project, "_warm"), RUNS[2][0]["execution_name"]
    by_type = ledger(project, "_summary_by_type")
    here = f"from {warm} where execution_name = '{name}'"
    rows = f"select cast(processed_at as date), execution_name, processing_type, status, 0 {here}"
    project.query(f"insert into {by_type} {rows}")
    summary = ledger(project, "_summary")
    project.query(f"insert into {summary} values ('2025-02-01', '{name}', 0, 0, 0, 0)")
    with closing(project.connect()) as first, ThreadPoolExecutor(1) as pool:
        first.autocommit = False
        cursor = first.cursor()
        cursor.execute(f"lock table {warm} in exclusive mode")
        cursor.execute(f"update {by_type} set row_count = 1")
        cursor.execute(f"update {summary} set total_processed = 4")
        cursor.execute("select set_config('run_ledger.retention', 'on', true)")
        cursor.execute(f"delete {here}")
        second = pool.submit(archive, project, "2025-10-01")
        waiting = "select 1 from pg_locks where not granted and pid <> pg_backend_pid()"
        while not second.done() and not project.query(waiting):
            wait([second], timeout=0.02)
        first.commit()
        second.result(timeout=30)
    (row,) = project.query(f"select total_processed as n from {summary}")
    assert int(row["n"]) == 4
    (row,) = project.query(f"select sum(row_count) as n from {by_type}")
    assert int(row["n"]) == 4
