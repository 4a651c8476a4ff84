"""The models and analyses over the processing logs: the same before and after archiving."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.older_tables import make_older
from integration_tests.functional.harness.project import Project
from integration_tests.functional.processing_logs.log_rows import insert, ledger, run_of
from integration_tests.functional.processing_logs.test_archive_operation import archive, at

SELECTED = ("--select", "package:run_ledger")
ROLLUPS = ("--select", "+run_ledger__processing_logs_monthly")
NOW = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
VARS = {"run_ledger_ledgers": ["processing_logs"], "run_ledger_models": True}
MONTHLY = [
    ("2025-01-01", "login_update", "failed", 2),
    ("2025-01-01", "login_update", "success", 2),
    ("2025-01-01", "post_update", "skipped", 2),
    ("2025-01-01", "post_update", "success", 2),
    ("2025-02-01", "login_update", "failed", 1),
    ("2025-02-01", "login_update", "success", 1),
    ("2025-02-01", "post_update", "success", 1),
]

LATE = MONTHLY[4]


def monthly(project: Project) -> list[tuple[Any, ...]]:
    rows = project.table("processing_logs_monthly", "log_month, processing_type, status")
    return [
        (str(row["log_month"])[:10], row["processing_type"], row["status"], int(row["row_count"]))
        for row in rows
        if str(row["log_month"]) < "2026"
    ]


def test_rollups_do_not_change_with_the_archive(cell: Cell) -> None:
    """L23, L64, LC17, C4, C9, X56: empty without tables, exact with rows, equal after archiving, full
    refresh included; a late row is counted; tables of an older version take what is new."""
    project = cell.project("three_models", vars=VARS)
    project.dbt("run", *SELECTED)
    assert monthly(project) == []
    project.dbt("run-operation", "create_processing_log_months", "--args", "{from_month: 2025-01}")
    jan, feb = run_of(at("2025-01-31 23:59:59"), 8, 1), run_of(at("2025-02-10 09:00:00"), 2, 101)
    insert(project, jan, feb, history(NOW))
    project.dbt("run", *ROLLUPS)
    assert monthly(project) == [row for row in MONTHLY if row != LATE]
    older = {"execution_name": "varchar(80)", "row_count": "decimal(20, 0)"}
    make_older(project, "run_ledger__processing_logs_daily", older)
    make_older(project, "processing_logs_monthly", older, without=["last_date"])
    insert(project, run_of(at("2025-02-10 09:00:00"), 3, 201)[2:])
    archive(project, NOW.date().isoformat())
    built = project.dbt("build", *SELECTED).output
    # LC1: a success of somebody who is not in users is a warning, and no row is refused for it.
    assert "known_user" in built
    assert monthly(project) == MONTHLY
    # Only February got a row since the table was older.
    assert last_dates(project) == {"2025-01-01": {"None"}, "2025-02-01": {"2025-02-10"}}
    project.dbt("run", "--select", "run_ledger__processing_logs_daily+", "--full-refresh")
    assert monthly(project) == MONTHLY
    assert last_dates(project) == {"2025-01-01": {"2025-01-31"}, "2025-02-01": {"2025-02-10"}}
    check_views(project)
    check_analyses(project)


def last_dates(project: Project) -> dict[str, set[str]]:
    """The last days that a month's rows name, of months that are over."""
    found: dict[str, set[str]] = {}
    for row in project.table("processing_logs_monthly"):
        if (month := str(row["log_month"])[:10]) < "2026":
            found.setdefault(month, set()).add(str(row["last_date"])[:10])
    return found


def history(moment: datetime) -> list[dict[str, Any]]:
    """Two runs over two users: U1 fits, U2's old value is not its new value before."""
    rows = run_of(moment, 4, 301, status="success", error_message=None)
    changes = [("U1", None, 10), ("U2", None, 5), ("U1", 10, 12), ("U2", 6, 7)]
    for row, (user, old, new) in zip(rows, changes, strict=True):
        row.update(user_id=user, old_value=old, new_value=new, processing_type="login_update")
    return rows


def check_views(project: Project) -> None:
    """L22, L24, L25, L62, LC22."""
    schema = project.space.ledger_schema
    statistics = project.name_of("user_statistics", schema)
    project.query(f"insert into {statistics} (user_id, login_count) values ('U1', 12), ('U2', 8)")
    findings = project.table("run_ledger__user_statistics_check", "finding, user_id")
    keys = ("finding", "user_id", "log_id", "expected_value", "found_value")
    assert [tuple(row[key] for key in keys) for row in findings] == [
        ("BROKEN_SEQUENCE", "U2", 304, 5, 6),
        ("OTHER_NEWEST_VALUE", "U2", 304, 7, 8),
    ]
    newest = project.table("run_ledger__processing_user_history", "user_id, recency")
    assert [(row["user_id"], row["recency"], row["value_change"]) for row in newest] == [
        ("U1", 1, 2), ("U1", 2, None), ("U2", 1, 1), ("U2", 2, None),
    ]  # fmt: skip
    masked = project.table("run_ledger__processing_logs_masked")
    assert {row["user_id"] for row in masked} == {"U*****"}
    assert "metadata" not in masked[0]
    executions = ledger(project, "_executions")
    for name, moment in (("a", NOW), ("b", NOW)):
        project.query(
            f"insert into {executions} values ('{name}', 'f.csv', 'abc', false, 1, 2, 1, 1, 0, "
            f"cast('{moment}' as timestamp), cast('{moment}' as timestamp))"
        )
    twice = project.table("run_ledger__processing_duplicates", "time_number")
    names = ("execution_name", "first_execution_name", "time_number", "times")
    assert [tuple(row[name] for name in names) for row in twice] == [
        ("a", "a", 1, 2),
        ("b", "a", 2, 2),
    ]
    (status,) = {row["status"] for row in project.table("run_ledger__processing_runs")}
    assert status == "PARTIAL"


def check_analyses(project: Project) -> None:
    """L28-L30, C8: each compiles to SQL that the warehouse runs, with the answer that is known."""
    project.dbt("compile", "--select", "resource_type:analysis")
    folder = project.folder / "target" / "compiled" / "run_ledger"
    texts = {path.stem: path.read_text() for path in folder.rglob("analyses/processing_logs/*.sql")}
    answers = {name: project.query(sql) for name, sql in texts.items()}
    assert len(answers) == 7
    (today,) = answers["run_ledger__processing_per_day"]
    assert (today["total_processed"], today["success_count"], today["failed_count"]) == (4, 4, 0)
    assert answers["run_ledger__processing_monthly_summary"] == []
    of_user = project.query(texts["run_ledger__processing_of_user"].replace("'U00001'", "'U1'"))
    assert [row["new_value"] for row in of_user] == [12, 10]
    name = f"user-log-{NOW:%Y%m%d-%H%M%S}"
    sql = texts["run_ledger__processing_of_execution"]
    of_run = project.query(sql.replace("user-log-20250802-093000", name))
    assert [(row["status"], row["count"], row["processing_type"]) for row in of_run] == [
        ("success", 4, "login_update")
    ]
    assert [row["row_count"] for row in answers["run_ledger__processing_archive_candidates"]] == [4]
    assert answers["run_ledger__processing_failures"] == []
    months = answers["run_ledger__processing_by_month"]
    assert [int(row["total_processed"]) for row in months][-4:] == [2, 1, 4, 4]
