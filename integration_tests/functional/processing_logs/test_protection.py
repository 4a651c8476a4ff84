"""Who may change what on Postgres, and that dbt's operation and Python agree on what they state."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import psycopg2
import psycopg2.errors
import pytest

from dbt_run_ledger import warehouses
from dbt_run_ledger.cli import main
from dbt_run_ledger.errors import PrivilegeError
from dbt_run_ledger.processing_logs import seal
from dbt_run_ledger.processing_logs.live_parts import _in_snapshot
from dbt_run_ledger.processing_logs.roll_up import divided
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.processing_logs.conftest import USERS, Logs
from integration_tests.functional.processing_logs.log_rows import run_of

CHANGES = {
    "update": "update {table} set new_value = 0",
    "delete": "delete from {table}",
    "truncate": "truncate {table}",
    "truncate of a month": "truncate {month}",
    "update of a month": "update {month} set new_value = 0",
    "update of a digest": "update {table}_digests set row_count = 0",
    "delete from the chain": "delete from {table}_chain",
}


def fill(logs: Logs) -> list[dict[str, Any]]:
    rows = run_of(datetime(2025, 1, 10, 9), 9, 1)  # noqa: DTZ001
    table = logs.place.table("processing_logs")
    logs.warehouse.append(table, list(rows[0]), [list(row.values()) for row in rows])
    return rows


@excluded("python side")
@excluded("privileges")
def test_nobody_changes_a_row(logs: Logs) -> None:
    """L36, L37, LC15: the owner, who bypasses grants, and a role that may do everything by them."""
    fill(logs)
    seal(*logs.both)
    schema = logs.project.space.ledger_schema
    role = f"app_{schema}"
    connection = logs.project.connect()
    cursor = connection.cursor()
    cursor.execute(f"create role {role}")
    try:
        cursor.execute(f"grant usage on schema {schema} to {role}")
        cursor.execute(f"grant all on all tables in schema {schema} to {role}")
        for who in ("postgres", role):
            cursor.execute(f"set role {who}")
            cursor.execute(f"set search_path = {schema}")
            for name, sql in CHANGES.items():
                text = sql.format(table="processing_logs", month="processing_logs_2025_01")
                with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="is append-only"):
                    cursor.execute(text)
                assert name
        # A setting that anybody may set opens nothing for who is not the owner.
        cursor.execute("set run_ledger.retention = 'on'")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="is append-only"):
            cursor.execute("delete from processing_logs")
        cursor.execute("insert into processing_logs (execution_name, user_id, processing_type, "
                       "new_value, status, error_message) values ('user-log-20250802-093000', "
                       "'U99999', 'login_update', 5, 'failed', 'User not found in users table')")  # fmt: skip
        with pytest.raises(psycopg2.errors.CheckViolation):
            cursor.execute(
                "insert into processing_logs (execution_name, processing_type, status) "
                "values ('x', 'x', 'failed')"
            )
    finally:
        cursor.execute(f"reset role; drop owned by {role}; drop role {role}")
        connection.close()
    assert len(logs.rows()) == 10


@excluded("python side")
@excluded("privileges")
def test_the_tables_are_those_of_the_document(logs: Logs) -> None:
    """L31-L34, L38, LC1, LC2, LC3, LC10, LC11: partitions by month, the key with the month's column
    in it, the four indexes, no foreign key, nothing that decides over a row's month null, UTC."""
    schema, name = logs.project.space.ledger_schema, "processing_logs"
    named = f"cast('{schema}.{name}' as regclass)"
    (found,) = logs.warehouse.query(f"select pg_get_partkeydef({named}) as key")
    assert found["key"] == "RANGE (processed_at)"
    constraints = logs.warehouse.query(
        "select contype, pg_get_constraintdef(oid) as text from pg_constraint "
        f"where conrelid = {named} and contype in ('p', 'f')"
    )
    assert [row["text"] for row in constraints] == ["PRIMARY KEY (log_id, processed_at)"]
    indexes = logs.warehouse.query(
        "select indexdef from pg_indexes where schemaname = %s and tablename = %s", [schema, name]
    )
    indexed = {row["indexdef"].partition(" USING ")[2] for row in indexes}
    columns = ("execution_name", "user_id", "status", "processed_at")
    assert indexed == {"btree (log_id, processed_at)", *(f"btree ({each})" for each in columns)}
    bounds = logs.warehouse.query(
        "select pg_get_expr(relpartbound, oid) as text from pg_class where oid = "
        f"cast('{schema}.{name}_2025_02' as regclass)"
    )
    assert "FROM ('2025-02-01 00:00:00') TO ('2025-03-01 00:00:00')" in bounds[0]["text"]
    of_columns = logs.warehouse.query(
        "select column_name, udt_name, is_nullable from information_schema.columns "
        "where table_schema = %s and table_name = %s", [schema, name],
    )  # fmt: skip
    kinds = {row["column_name"]: (row["udt_name"], row["is_nullable"]) for row in of_columns}
    assert kinds["metadata"] == ("jsonb", "YES")
    for column in ("processed_at", "status", "processing_type", "execution_name"):
        assert kinds[column][1] == "NO"
    (dated,) = logs.warehouse.query(
        "select udt_name from information_schema.columns where table_schema = %s "
        f"and table_name = '{name}_summary' and column_name = 'summary_date'", [schema],
    )  # fmt: skip
    assert dated["udt_name"] == "date"
    (filled,) = logs.warehouse.query(
        "select reloptions from pg_class where oid = "
        f"cast('{logs.place.table('user_statistics')}' as regclass)"
    )
    assert filled["reloptions"] == ["fillfactor=50"]
    check_utc(logs)


def check_utc(logs: Logs) -> None:
    """LC10: whatever the zone of the session."""
    with closing(logs.project.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("set timezone = 'Asia/Tokyo'")
        cursor.execute(
            f"insert into {logs.place.table('processing_logs')} (execution_name, user_id, processing_type, status) "
            "values ('x', 'nobody', 'x', 'success') returning processed_at"
        )
        (processed_at,) = cursor.fetchone()
    utc = datetime.now(timezone.utc).replace(tzinfo=None)
    assert abs((utc - processed_at).total_seconds()) < 60


@excluded("python side")
@excluded("privileges")
def test_a_year_takes_what_was_measured(logs: Logs) -> None:
    """L57, L59, L60, L61, LC21: 730,000 rows a year in 100 to 200 MB with their indexes, which are
    not twice the rows themselves; at a tenth of a dollar a GB and month less than 24 cents."""
    table = logs.place.table("processing_logs")
    logs.execute(
        "insert into {} (execution_name, user_id, processing_type, old_value, new_value, status, "
        "processed_at) select 'user-log-' || to_char(day, 'YYYYMMDD-HH24MISS'), "
        "'U' || lpad(cast(n as text), 5, '0'), kind, n, n + 2, 'success', day "
        "from generate_series(timestamp '2025-01-01', timestamp '2025-01-12', interval '1 day') day, "
        "generate_series(1, 1000) n, (values ('login_update'), ('post_update')) k (kind)"
    )
    month = table[:-1] + '_2025_01"'
    (size,) = logs.warehouse.query(
        f"select pg_relation_size('{month}') as heap, pg_total_relation_size('{month}') as whole, "
        f"(select count(*) from {table}) as row_count"
    )
    rows_a_year = 2_000 * 365
    assert (size["row_count"], rows_a_year) == (24_000, 730_000)
    assert 1.2 < size["whole"] / size["heap"] < 2
    bytes_a_year = size["whole"] / size["row_count"] * rows_a_year
    assert 100e6 < bytes_a_year < 200e6
    assert bytes_a_year / 1e9 * 0.10 * 12 < 0.24
    assert bytes_a_year * 400_000 / rows_a_year < 110e6


@excluded("python side")
def test_dbt_and_python_state_the_same_digest(logs: Logs) -> None:
    """L48, C9: what `archive_processing_logs` states of the rows that it removes is what Python
    sealed, whatever they hold; the program proves it, and shows what it lacks."""
    fill(logs)
    head = seal(*logs.both).head
    (sealed,) = logs.rows("_digests")
    logs.session.close()
    today = ("--args", "{today: 2026-02-01}")
    output = logs.project.dbt("run-operation", "archive_processing_logs", *today).output
    assert "9 rows of 2025-01 archived" in output
    archived = logs.rows("_digests")[-1]
    same = ("execution_name", "log_month", "retention_class", "row_count", "success_count",
            "failed_count", "skipped_count", "first_log_id", "last_log_id", "digest")  # fmt: skip
    assert [archived[name] for name in same] == [sealed[name] for name in same]
    assert (archived["kind"], logs.rows("_warm")) == ("archived", [])
    days = divided(archived["row_tags"])
    by_type = logs.rows("_summary_by_type")
    keys = ("processed_date", "processing_type", "status")
    assert days == {
        (str(row[keys[0]])[:10], row[keys[1]], row[keys[2]]): row["row_count"] for row in by_type
    }
    assert seal(*logs.both).head.entry_number == head.entry_number + 1


@excluded("python side")
def test_a_run_without_its_seal(
    logs: Logs, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A head that cannot be kept is said before anything is written; a seal that fails after the
    run does not make the run a failed one."""
    folder = logs.project.folder
    logs.session.close()
    path = str(logs.file("users.csv", f"{USERS[0]},1,2\n"))
    command = ["process-csv", path, "--project-dir", str(folder), "--profiles-dir", str(folder)]
    assert main([*command, "--witness", str(folder / "none" / "heads")]) == 2
    assert "heads: cannot be written: No such file" in capsys.readouterr().err

    def refused(*_: object, **__: object) -> None:
        raise PrivilegeError("permission denied.")

    monkeypatch.setattr("dbt_run_ledger.processing_logs.commands.seal", refused)
    assert main([*command, "--execution-name", "one"]) == 0
    captured = capsys.readouterr()
    assert "one wrote 2 rows: 2 success" in captured.out
    assert "one is written and not sealed: permission denied." in captured.err
    with warehouses.from_profile(folder, folder) as session:
        table = session.place.table("processing_logs", "_executions")
        assert len(session.warehouse.query(f"select * from {table}")) == 1


@excluded("python side")
@excluded("locks")
def test_the_second_session_of_verify_has_the_role_of_the_first(logs: Logs) -> None:
    """The profile's role may be the only one with rights."""
    with closing(logs.project.connect()) as second, logs.warehouse.transaction():
        second.autocommit = False
        logs.warehouse.execute("set transaction isolation level repeatable read")
        (row,) = logs.warehouse.query("select pg_export_snapshot() as snapshot")
        sql = "select cast(current_user as text) as name"
        found = _in_snapshot(second, row["snapshot"], "pg_monitor", sql)
    assert found == [{"name": "pg_monitor"}]


@excluded("python side")
def test_the_program(logs: Logs, capsys: pytest.CaptureFixture[str]) -> None:
    """L19, L26, L35, L49, L51, LC19: from a file to a proved, masked archive, with the exit codes that a
    scheduler acts upon."""
    folder = logs.project.folder
    logs.session.close()
    places = ["--project-dir", str(folder), "--profiles-dir", str(folder), "--quiet"]
    path = str(logs.file("users.csv", f"{USERS[0]},1,2\nU99999,3,4\n"))
    witness = str(folder / "witness.jsonl")

    def run(*arguments: str) -> tuple[int, str]:
        code = main([*arguments, *places])
        seen = capsys.readouterr()
        return code, seen.out + seen.err

    code, output = run("process-csv", path, "--witness", witness)
    assert (code, "wrote 4 rows: 2 success, 2 failed, 0 skipped" in output) == (4, True)
    assert output.startswith("user-log-20")
    code, output = run("process-csv", path)
    assert (code, "was processed before, by user-log-20" in output) == (3, True)
    code, output = run("process-csv", path, "--again", "--dry-run", "--json")
    assert (code, json.loads(output)["is_repeat"]) == (4, True)
    assert run("process-csv", str(folder / "none.csv"))[0] == 2
    code, output = run("verify", "--witness", witness)
    assert (code, "everything is as it was sealed" in output) == (0, True)
    assert "no head was given" in run("verify")[1]
    assert run("verify", "--expect", f"9:{'0' * 64}")[0] == 1
    assert run("verify", "--expect", "x")[0] == 2
    check_refused_archives(run, capsys)
    later = ["--today", "2099-01-01", "--to", str(folder / "out"), "--masked"]
    code, output = run("archive", *later, "--dry-run")
    assert (code, "would move" in output) == (0, True)
    code, output = run("archive", *later, "--witness", witness)
    assert (code, "archived" in output) == (0, True)
    (data,) = (folder / "out").glob("*.csv")
    lines = data.read_text().splitlines()
    assert len(lines) == 5
    assert USERS[0] not in data.read_text()
    assert lines[1].split(",")[2] == "U*****"
    check_left(folder)


def check_refused_archives(
    run: Callable[..., tuple[int, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Before a month moves: whoever asks for files must not find the rows gone without them."""
    code, output = run("archive", "--today", "2099-01-01", "--masked")
    assert (code, "--masked and --format are about exported files: give --to" in output) == (
        2, True,
    )  # fmt: skip
    assert run("archive", "--today", "2099-01-01", "--to", "nosuch://x")[0] == 2
    with pytest.raises(SystemExit, match="2"):
        run("archive", "--today", "May")
    assert "--today: expected a day such as 2026-05-01, got 'May'" in capsys.readouterr().err


def check_left(folder: Path) -> None:
    with warehouses.from_profile(folder, folder) as session:
        table = session.place.table("processing_logs")
        assert session.warehouse.query(f"select * from {table}") == []
        # Of successes and failures alike the counts stay, whatever the day.
        (kept,) = session.warehouse.query(
            f"select * from {session.place.table('processing_logs', '_summary')}"
        )
        assert [int(kept[f"{each}_count"]) for each in ("success", "failed", "skipped")] == [
            2,
            2,
            0,
        ]


@excluded("python side")
@excluded("jinja alone")
def test_parquet_to_a_url(logs: Logs) -> None:
    """L49: the same rows through fsspec, typed, with nulls where the table has them."""
    import pyarrow.parquet

    from dbt_run_ledger.processing_logs import archive
    from dbt_run_ledger.processing_logs.policy import policy_from

    rows = fill(logs)
    folder = logs.project.folder / "lake"
    today = datetime(2026, 2, 1).date()  # noqa: DTZ001
    steps = archive(*logs.both, policy_from({}), to=f"file://{folder}", file_format="parquet",
                    today=today)  # fmt: skip
    assert steps[-1].location is not None
    assert steps[-1].location.startswith(f"file://{folder}/")
    (data,) = folder.glob("*.parquet")
    names = ("log_id", "user_id", "old_value", "error_message", "processed_at")
    found = pyarrow.parquet.read_table(data).to_pylist()
    assert [tuple(row[name] for name in names) for row in found] == [
        tuple(row[name] for name in names) for row in rows
    ]
