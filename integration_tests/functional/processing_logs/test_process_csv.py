"""A CSV file becomes a run: every value logged, all of it or nothing."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from dbt_run_ledger.cli import main
from dbt_run_ledger.processing_logs import process, process_csv, run_statements, seal, verify
from dbt_run_ledger.processing_logs.chain import Head
from dbt_run_ledger.processing_logs.errors import AlreadyProcessedError
from dbt_run_ledger.processing_logs.policy import policy_from
from dbt_run_ledger.warehouses import from_connection, from_profile
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.processing_logs.conftest import Logs, change

FIRST = "U00001,10,1\nU00002,20,\nU00003,x,3\nU99999,5,5\nU00001,10,1\nU00004,1,1\nU00004,2,1\n"
# In order throughout, so that Postgres takes it apart; with other line ends and order of columns.
SECOND = "post_count,user_id,login_count\r\n1,U00001,012\r\n7,U00002,20\r\n4,U99999,\r\n"
NUMBER = "Expected a whole number from 0 to 2147483647, got 'x'"
TWICE = "User is on lines 7 and 8 with different values"
NOT_FOUND = "User not found in users table"
# user, type, old, new, status, reason: in the order in which they are written.
FIRST_ROWS = [
    ("U00001", "login_update", None, 10, "success", None),
    ("U00001", "post_update", None, 1, "success", None),
    ("U00002", "login_update", None, 20, "success", None),
    ("U00002", "post_update", None, None, "skipped", "No value in the file"),
    ("U00003", "login_update", None, None, "failed", NUMBER),
    ("U00003", "post_update", None, 3, "success", None),
    ("U00004", "login_update", None, None, "failed", TWICE),
    ("U00004", "post_update", None, None, "failed", TWICE),
    ("U99999", "login_update", None, 5, "failed", NOT_FOUND),
    ("U99999", "post_update", None, 5, "failed", NOT_FOUND),
]
SECOND_ROWS = [
    ("U00001", "login_update", 10, 12, "success", None),
    ("U00001", "post_update", 1, 1, "skipped", "Value unchanged"),
    ("U00002", "login_update", 20, 20, "skipped", "Value unchanged"),
    ("U00002", "post_update", None, 7, "success", None),
    ("U99999", "login_update", None, None, "skipped", "No value in the file"),
    ("U99999", "post_update", None, 4, "failed", NOT_FOUND),
]
NAMES = ("user_id", "processing_type", "old_value", "new_value", "status", "error_message")


def told(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in NAMES) for row in rows]


@excluded("python side")
def test_a_file_is_applied_once_and_logged_whole(logs: Logs) -> None:
    """L1-L18, L20, L27, L58, L63, LC9, LC18, C9: the same rows on three warehouses."""
    first = process_csv(*logs.both, logs.file("a.csv", FIRST), execution_name="first")
    assert (first.total_count, first.success_count, first.failed_count, first.skipped_count) == (
        10, 4, 5, 1,
    )  # fmt: skip
    assert told(logs.rows(order_by="user_id, processing_type")) == FIRST_ROWS
    assert logs.statistics() == {"U00001": (10, 1), "U00002": (20, None), "U00003": (None, 3)}
    lines = [row["metadata"]["line"] for row in logs.rows() if row["status"] == "failed"]
    assert sorted(lines) == [4, 5, 5, 7, 7]
    check_refused(logs)
    path = logs.project.folder / "b.csv"
    path.write_bytes(SECOND.encode())
    dry = process_csv(*logs.both, path, is_dry_run=True)
    assert (dry.is_dry_run, dry.success_count, len(logs.rows())) == (True, 2, 10)
    classes = policy_from(
        {"run_ledger_processing_logs_retention": {"skipped": {"hot_months": 1, "total_months": 1}}}
    ).classes
    second = process_csv(*logs.both, path, policy=classes)
    rows = logs.rows(order_by="log_id")[10:]
    assert told(rows) == SECOND_ROWS
    assert [row["retention_class"] for row in rows] == [
        "standard",
        "skipped",
        "skipped",
        "standard",
        "skipped",
        "standard",
    ]
    assert rows[-1]["metadata"] == {"line": 4}
    assert second.execution_name.startswith("user-log-20")
    assert logs.statistics()["U00001"] == (12, 1)
    assert logs.statistics()["U00002"] == (20, 7)
    sealed = seal(*logs.both)
    # Three of rows, for the second run has two classes, and two of runs.
    assert (sealed.digests, sealed.entries) == (5, 5)
    report = verify(*logs.both, [sealed.head])
    assert (report.findings, report.rows, report.unsealed_rows) == ([], 16, 0)
    check_sealed_run(logs, sealed.head, second.execution_name)


def check_sealed_run(logs: Logs, head: Head, name: str) -> None:
    """LC18: which file it was, whose content, and how many: what is said of a run is sealed, too,
    and an edit is found down to the column."""
    (run,) = [row for row in logs.rows("_executions") if row["execution_name"] == name]
    edits = {
        "source_file": "'other.csv'",
        "content_sha256": "'abc'",
        "is_repeat": "true",
        "file_rows": "7",
        "success_count": "9",
        "ended_at": "cast('2025-01-01' as timestamp)",
    }
    for column, value in edits.items():
        change(
            logs, f"update {{_executions}} set {column} = {value} where execution_name = '{name}'"
        )
        (found,) = verify(*logs.both, [head]).findings
        assert (found.kind, found.where, found.detail) == ("RUN_CHANGED", name, column)
        change(logs, f"delete from {{_executions}} where execution_name = '{name}'")
        (found,) = verify(*logs.both, [head]).findings
        assert (found.kind, found.where) == ("RUN_MISSING", name)
        table = logs.place.table("processing_logs", "_executions")
        logs.warehouse.append(table, list(run), [list(run.values())])
    assert verify(*logs.both, [head]).findings == []
    change(logs, "delete from {_digests} where kind = 'run'")
    change(logs, "delete from {_chain} where entry_number > 3")
    report = verify(*logs.both)
    assert (report.findings, report.unsealed_runs) == ([], 2)
    # A ledger that was sealed before its runs were: its chain goes on.
    assert seal(*logs.both).entries == 2
    assert verify(*logs.both).unsealed_runs == 0


def check_refused(logs: Logs) -> None:
    """L20, L21, LC18: the same content, whatever its name; it is taken again when asked for."""
    copy = logs.file("copy.csv", FIRST)
    with pytest.raises(AlreadyProcessedError, match="processed before, by first at 20"):
        process_csv(*logs.both, copy)
    again = process_csv(*logs.both, copy, again=True, is_dry_run=True)
    assert again.is_repeat
    (run,) = logs.rows("_executions")
    assert run["content_sha256"] == hashlib.sha256(copy.read_bytes()).hexdigest()
    assert (run["source_file"], run["file_rows"], run["total_count"]) == ("a.csv", 7, 10)


@excluded("python side")
@excluded("locks")
def test_one_content_at_one_moment_is_processed_once(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L21, LC18: the second run waits for the first, whatever they are called, and is refused."""
    file = logs.file("a.csv", "U99999,5,5\n")
    with closing(logs.project.connect()) as connection, ThreadPoolExecutor(1) as pool:
        connection.autocommit = False
        process_csv(from_connection(connection), logs.place, file, execution_name="one")
        second = pool.submit(process_csv, *logs.both, file, execution_name="two")
        wait([second], timeout=0.5)
        connection.commit()
        with pytest.raises(AlreadyProcessedError, match="processed before, by one at 20"):
            second.result(timeout=10)
    assert [row["execution_name"] for row in logs.rows("_executions")] == ["one"]
    # Without the attempts that hide it where a name is taken twice.
    monkeypatch.setattr(process, "ATTEMPTS", 1)
    check_default_names(logs)


def check_default_names(logs: Logs) -> None:
    """L2, L21: many runs over the same users in one second, each in its own session. While one waits
    for the values, another takes the next name."""
    files = [logs.file(f"{n}.csv", f"U00001,{n},{n}\n") for n in range(8)]

    def one(path: Path) -> str:
        with closing(logs.project.connect()) as connection:
            connection.autocommit = True
            return process_csv(from_connection(connection), logs.place, path).execution_name

    with closing(logs.project.connect()) as connection, ThreadPoolExecutor(len(files)) as pool:
        connection.autocommit = False
        statistics = logs.place.table("user_statistics")
        process_csv(*logs.both, logs.file("first.csv", "U00001,99,99\n"))
        from_connection(connection).query(f"select 1 from {statistics} for update")
        runs = [pool.submit(one, file) for file in files]
        waiting = "select count(*) as n from pg_locks where not granted"
        while logs.project.query(waiting)[0]["n"] < len(files) and not any(
            run.done() for run in runs
        ):
            wait(runs, timeout=0.02)
        connection.commit()
        names = {run.result(timeout=30) for run in runs}
    assert len(names) == len(files)
    assert len(logs.rows("_executions")) == len(files) + 2


@excluded("python side")
@excluded("snowflake syntax")
def test_two_runs_at_one_moment_that_nothing_keeps_apart(
    logs: Logs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """L21, LC18 on Snowflake, which has no lock and no key: both runs are whole, and the one that
    ends last says that there are two, once it is told and sealed."""
    file = logs.file("a.csv", "U99999,5,5\n")
    write = run_statements.run

    def beside_another(*arguments: Any) -> Any:
        """The other run begins and ends before this one is committed."""
        monkeypatch.setattr(run_statements, "run", write)
        done = write(*arguments)
        with from_profile(logs.project.folder, logs.project.folder) as other:
            process_csv(other.warehouse, other.place, file, execution_name="quicker")
        return done

    monkeypatch.setattr(run_statements, "run", beside_another)
    folder = str(logs.project.folder)
    options = ["--execution-name", "slower", "--json", "--project-dir", folder]
    code = main(["process-csv", str(file), *options, "--profiles-dir", folder])
    told = capsys.readouterr()
    assert (code, json.loads(told.out)["execution_name"]) == (3, "slower")
    assert "quicker was written at the same moment" in told.err
    digests = logs.rows("_digests", "digest_id")
    assert [(row["kind"], row["execution_name"]) for row in digests] == [
        ("rows", "slower"), ("run", "slower"),
    ]  # fmt: skip
    runs = logs.rows("_executions")
    assert [(row["execution_name"], int(row["total_count"])) for row in runs] == [
        ("quicker", 2), ("slower", 2),
    ]  # fmt: skip
    assert len({row["content_sha256"] for row in runs}) == 1
    assert len(logs.rows()) == 4
    heads = [seal(*logs.both).head]
    assert verify(*logs.both, heads).findings == []
    check_two_runs_of_one_name(logs, heads)


def check_two_runs_of_one_name(logs: Logs, heads: list[Head]) -> None:
    """LC18: each of them has a digest, and an edit of one is found."""
    table = logs.place.table("processing_logs", "_executions")
    (first,) = [row for row in logs.rows("_executions") if row["execution_name"] == "slower"]
    second = {**first, "source_file": "b.csv", "content_sha256": "b" * 64}
    logs.warehouse.append(table, list(second), [list(second.values())])
    assert verify(*logs.both, heads).unsealed_runs == 1
    sealed = seal(*logs.both)
    assert (sealed.digests, seal(*logs.both).digests) == (1, 0)
    report = verify(*logs.both, [*heads, sealed.head])
    assert (report.findings, report.unsealed_runs) == ([], 0)
    logs.execute("update {_executions} set file_rows = 7 where source_file = 'b.csv'")
    (found,) = verify(*logs.both, [sealed.head]).findings
    assert (found.kind, found.where, found.detail) == ("RUN_CHANGED", "slower", "file_rows")
    logs.execute("delete from {_executions} where source_file = 'b.csv'")
    (found,) = verify(*logs.both, [sealed.head]).findings
    assert (found.kind, found.where) == ("RUN_MISSING", "slower")


@excluded("python side")
@excluded("locks")
def test_a_run_that_waited_is_later_than_the_one_it_waited_for(logs: Logs) -> None:
    """L24, L25: the second run begins first and gets the values last. By their times and numbers the
    rows are in the order in which the values changed, or the check of the statistics would complain."""
    process_csv(*logs.both, logs.file("a.csv", "U00001,1,1\n"), execution_name="before")
    with closing(logs.project.connect()) as connection, ThreadPoolExecutor(1) as pool:
        connection.autocommit = False
        holder = from_connection(connection)
        holder.query(f"select 1 from {logs.place.table('user_statistics')} for update")
        waiting = pool.submit(
            process_csv, *logs.both, logs.file("c.csv", "U00001,3,3\n"), execution_name="waited"
        )
        while not logs.project.query("select 1 from pg_locks where not granted"):
            wait([waiting], timeout=0.02)
        process_csv(
            holder, logs.place, logs.file("b.csv", "U00001,2,2\n"), execution_name="overtook"
        )
        connection.commit()
        waiting.result(timeout=10)
    rows = logs.rows(order_by="processed_at, log_id")
    logins = [row for row in rows if row["processing_type"] == "login_update"]
    assert [(row["execution_name"], row["old_value"], row["new_value"]) for row in logins] == [
        ("before", None, 1), ("overtook", 1, 2), ("waited", 2, 3),
    ]  # fmt: skip
