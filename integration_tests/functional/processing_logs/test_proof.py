"""What `verify` finds out: every edit, deletion, insertion, swap and cut, and where it was made."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

import pytest

from dbt_run_ledger.errors import ConflictError
from dbt_run_ledger.processing_logs import archive, seal, verify
from dbt_run_ledger.processing_logs.archive import _Work
from dbt_run_ledger.processing_logs.chain import FIRST, Head, entry_hash
from dbt_run_ledger.processing_logs.errors import NotProvedError
from dbt_run_ledger.processing_logs.policy import policy_from
from dbt_run_ledger.processing_logs.statements import digest, live, log_text
from dbt_run_ledger.warehouses import from_connection
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.processing_logs.conftest import Logs, change
from integration_tests.functional.processing_logs.log_rows import run_of

RUNS = [run_of(datetime(2025, 1, 10 + n, 9), 12, 100 * n + 1) for n in range(4)]  # noqa: DTZ001
NAMES = [run[0]["execution_name"] for run in RUNS]
HERE = f"{NAMES[1]} in 2025-01"
POLICY = policy_from({})


@dataclass(frozen=True)
class Tampering:
    """Statements of a superuser, and what verify has to say about them."""

    name: str
    statements: list[str]
    findings: list[tuple[str, str, str]] = field(default_factory=list)


def swap(column: str, one: int, other: int) -> list[str]:
    """Two rows change places in the order of log_id."""
    moves = ((one, -1), (other, one), (-1, other))
    return [f"update {{}} set {column} = {new} where {column} = {old}" for old, new in moves]


TAMPERINGS = [
    Tampering(
        "a value",
        ["update {} set new_value = new_value + 1 where log_id = 105"],
        [("ROWS_CHANGED", HERE, "log_id 105")],
    ),
    Tampering(
        "a status and its reason",
        ["update {} set status = 'success', error_message = null where log_id = 103"],
        [("ROWS_CHANGED", HERE, "log_id 103")],
    ),
    Tampering(
        "null becomes empty",
        ["update {} set error_message = '' where log_id = 105"],
        [("ROWS_CHANGED", HERE, "log_id 105")],
    ),
    Tampering(
        "text moves over the edge of a column",
        ["update {} set user_id = 'U00002|', processing_type = 'x' where log_id = 105"],
        [("ROWS_CHANGED", HERE, "log_id 105")],
    ),
    Tampering(
        "a time",
        [
            "update {} set processed_at = cast('2025-01-11 09:00:01' as timestamp) where log_id = 105"
        ],
        [("ROWS_CHANGED", HERE, "log_id 105")],
    ),
    Tampering("an order", swap("log_id", 105, 106), [("ROWS_CHANGED", HERE, "log_id 105, 106")]),
    Tampering(
        "one row is gone",
        ["delete from {} where log_id = 107"],
        [("ROWS_MISSING", HERE, "log_id 107")],
    ),
    Tampering(
        "the end of a run is cut off",
        ["delete from {} where log_id between 110 and 112"],
        [("ROWS_MISSING", HERE, "log_id 110, 111, 112")],
    ),
    Tampering(
        "a whole run is gone",
        [f"delete from {{}} where execution_name = '{NAMES[1]}'"],
        [("ROWS_MISSING", HERE, "log_id " + ", ".join(str(n) for n in range(101, 113)))],
    ),
    Tampering(
        "a row moves to another run",
        [f"update {{}} set execution_name = '{NAMES[2]}' where log_id = 107"],
        [("ROWS_MISSING", HERE, "log_id 107")],
    ),
    Tampering(
        "a digest",
        ["update {_digests} set row_count = 11 where digest_id = 2"],
        [("DIGEST_CHANGED", "entry 2", f"digest of {HERE}")],
    ),
    Tampering(
        "a digest is gone, with its rows",
        [
            "delete from {_digests} where digest_id = 2",
            f"delete from {{}} where execution_name = '{NAMES[1]}'",
        ],
        [("DIGEST_MISSING", "entry 2", "digest 2 is gone")],
    ),
    Tampering(
        "an entry is gone",
        ["delete from {_chain} where entry_number = 2"],
        [("ENTRIES_MISSING", "entries 2 to 2", "gap in the chain")],
    ),
    Tampering(
        "the end of everything is cut off",
        [
            "delete from {_chain} where entry_number = 4",
            "delete from {_digests} where digest_id = 4",
            f"delete from {{}} where execution_name = '{NAMES[3]}'",
        ],
        [("ENTRIES_MISSING", "entries 4 to 4", "the end of the chain was cut off")],
    ),
]


@contextmanager
def undone(logs: Logs) -> Iterator[None]:
    """A superuser at work, who leaves everything as it was: triggers are off meanwhile."""
    is_postgres = logs.warehouse.name == "postgres"
    tables = ("", "_digests", "_chain")
    kept = {suffix: logs.rows(suffix) for suffix in tables}
    if is_postgres:
        logs.execute("set session_replication_role = replica")
    yield
    for suffix in tables:
        name = logs.place.table("processing_logs", suffix)
        logs.warehouse.execute(f"delete from {name}")
        columns = list(kept[suffix][0])
        logs.warehouse.append(name, columns, [list(row.values()) for row in kept[suffix]])
    if is_postgres:
        logs.execute("set session_replication_role = origin")


@excluded("python side")
@excluded("hundreds of statements")
def test_every_tampering_is_found_and_located(logs: Logs) -> None:
    """L36, LC15, LC16: the corpus, by somebody whom no grant and no trigger stops."""
    insert_through(logs)
    head = seal(*logs.both).head
    assert head.entry_number == 4
    for tampering in TAMPERINGS:
        with undone(logs):
            for statement in tampering.statements:
                logs.execute(statement)
            report = verify(*logs.both, [head])
        found = [(each.kind, each.where, each.detail) for each in report.findings]
        missing = [each for each in tampering.findings if each not in found]
        assert not missing, (tampering.name, found)
        assert all("user-log" not in where or NAMES[1] in where or NAMES[2] in where
                   for _, where, _ in found), (tampering.name, found)  # fmt: skip
    report = verify(*logs.both, [head])
    assert (report.findings, report.rows, report.parts) == ([], 48, 4)
    check_late_rows(logs, head)
    check_rewritten_chain(logs, head)


def insert_through(logs: Logs) -> None:
    """Rows of another writer, over the session's own connection: DuckDB has no second one."""
    columns = list(RUNS[0][0])
    rows = [[row[name] for name in columns] for run in RUNS for row in run]
    logs.warehouse.append(logs.place.table("processing_logs"), columns, rows)


def check_late_rows(logs: Logs, head: Head) -> None:
    """Rows that come after the seal are not wrong, and have a digest of their own with the next."""
    late = run_of(datetime(2025, 1, 11, 9), 2, 900)  # noqa: DTZ001
    columns = list(late[0])
    rows = [list(row.values()) for row in late]
    logs.warehouse.append(logs.place.table("processing_logs"), columns, rows)
    report = verify(*logs.both, [head])
    assert (report.findings, report.unsealed_rows) == ([], 2)
    sealed = seal(*logs.both)
    assert (sealed.digests, sealed.head.entry_number) == (1, 5)
    assert verify(*logs.both, [head, sealed.head]).unsealed_rows == 0
    with undone(logs):
        logs.execute("update {} set new_value = 0 where log_id in (105, 901)")
        found = verify(*logs.both, [sealed.head]).findings
    details = [(each.kind, each.where, each.detail) for each in found]
    assert details == [
        ("ROWS_CHANGED", HERE, "log_id 105"),
        ("ROWS_CHANGED", HERE, "log_id 901"),
    ]


def check_rewritten_chain(logs: Logs, head: Head) -> None:
    """Who edits a row, its digest and every entry after it is found out by a head kept outside."""
    good = [Head(row["entry_number"], row["entry_hash"]) for row in logs.rows("_chain")]
    with undone(logs):
        logs.execute("update {} set new_value = 77 where log_id = 105")
        rewrite_chain(logs)
        assert verify(*logs.both).findings == []
        (finding,) = verify(*logs.both, [good[0], head, good[4]]).findings
    assert (finding.kind, finding.where) == ("CHAIN_REWRITTEN", "entries 2 to 4")


def rewrite_chain(logs: Logs) -> None:
    """The digest of the run is taken again, and every entry after it is made to fit."""
    tags = f"string_agg(left(md5({log_text(logs.warehouse)}), 8), '' order by log_id)"
    if logs.warehouse.name == "snowflake":
        tags = (
            f"listagg(left(md5({log_text(logs.warehouse)}), 8), '') within group (order by log_id)"
        )
    (made,) = logs.warehouse.query(
        f"select {digest(logs.warehouse)} as digest, {tags} as tags from {live(logs.place)} "
        f"where execution_name = '{NAMES[1]}' and log_id < 900"
    )
    logs.execute(
        f"update {{_digests}} set digest = '{made['digest']}', row_tags = '{made['tags']}' "
        "where digest_id = 2"
    )
    previous = FIRST
    digests = {row["digest_id"]: row for row in logs.rows("_digests")}
    for row in logs.rows("_chain"):
        number = row["entry_number"]
        made_hash = entry_hash(previous, number, digests[row["digest_id"]])
        logs.execute(
            f"update {{_chain}} set previous_hash = '{previous}', entry_hash = '{made_hash}' "
            f"where entry_number = {number}"
        )
        previous = made_hash


@excluded("python side")
def test_an_archive_is_believed_only_with_its_export(logs: Logs) -> None:
    """L50, LC14: forged, early, altered and lost archives; an honest one is confirmed."""
    insert_through(logs)
    head = seal(*logs.both).head
    today = date(2026, 2, 1)
    folder = logs.project.folder / "exports"
    with undone(logs):
        forge(logs)
        report = verify(*logs.both, [head], POLICY, date(2025, 6, 1))
    kinds = [(each.kind, each.where) for each in report.findings]
    assert ("ARCHIVE_UNCONFIRMED", HERE) in kinds
    assert ("ARCHIVE_TOO_EARLY", HERE) in kinds
    steps = archive(*logs.both, POLICY, to=str(folder), today=today)
    assert [(step.action, step.rows) for step in steps] == [("moved", 48), ("archived", 48)]
    assert logs.rows() == []
    assert logs.rows("_warm") == []
    assert verify(*logs.both, [head], POLICY, today).findings == []
    # An export is believed where exports have to be, and not where a forger of digests says it is.
    assert verify(*logs.both, [head], POLICY, today, [f"{folder}/"]).findings == []
    elsewhere = verify(*logs.both, [head], POLICY, today, [f"{folder}/other"]).findings
    assert {each.kind for each in elsewhere} == {"ARCHIVE_UNCONFIRMED"}
    assert "is not where exports have to be" in elsewhere[0].detail
    (manifest,) = folder.glob("*.manifest.json")
    data = folder / json.loads(manifest.read_text())["file"]
    content = data.read_bytes()
    data.write_bytes(content.replace(b",13,", b",14,", 1))
    found = verify(*logs.both, [head], POLICY, today).findings
    assert {(each.kind, each.detail) for each in found} == {
        ("ARCHIVE_UNCONFIRMED", f"{data.name} is not the file that was exported")
    }
    data.write_bytes(content)
    logs.execute("update {_summary} set failed_count = 0, success_count = 9")
    found = verify(*logs.both, [head], POLICY, today).findings
    assert [(each.kind, each.where) for each in found] == [
        ("SUMMARY_CHANGED", f"{name} in 2025-01") for name in NAMES
    ]


@excluded("python side")
def test_what_was_sealed_in_several_goes_is_proved_before_it_goes(logs: Logs) -> None:
    """L50: an edit of a run with two digests is not archived as if it were the truth; and counts
    that were changed in either summary are found."""
    insert_through(logs)
    seal(*logs.both)
    late = [list(row.values()) for row in run_of(datetime(2025, 1, 11, 9), 2, 900)]  # noqa: DTZ001
    logs.warehouse.append(logs.place.table("processing_logs"), list(RUNS[0][0]), late)
    seal(*logs.both)
    today = date(2026, 2, 1)
    keep = {"standard": {"hot_months": 6, "total_months": 120}}
    archive(*logs.both, policy_from({"run_ledger_processing_logs_retention": keep}), today=today)
    edit = "update {{_warm}} set new_value = new_value {} where log_id = 105"
    change(logs, edit.format("+ 1"))
    with pytest.raises(NotProvedError, match=f"{NAMES[1]}: its rows of 2025-01"):
        archive(*logs.both, POLICY, today=today)
    assert len(logs.rows("_warm")) == 50
    change(logs, edit.format("- 1"))
    steps = archive(*logs.both, POLICY, today=today)
    assert [(step.action, step.rows) for step in steps] == [("archived", 50)]
    head = seal(*logs.both).head
    assert verify(*logs.both, [head], POLICY, today).findings == []
    logs.execute(
        "update {_summary_by_type} set row_count = row_count + 1 "
        f"where execution_name = '{NAMES[0]}' and status = 'failed'"
    )
    (found,) = verify(*logs.both, [head], POLICY, today).findings
    assert (found.kind, found.where) == ("SUMMARY_CHANGED", f"{NAMES[0]} in 2025-01")
    assert (
        "the summary by type holds [13, 6, 4, 3], the archive stated [12, 6, 3, 3]" in found.detail
    )
    check_days(logs, head, today)


def check_days(logs: Logs, head: Head, today: date) -> None:
    """LC17: the sums fit, and a row went from one type to another."""
    here = f"where execution_name = '{NAMES[0]}'"
    logs.execute(
        f"update {{_summary_by_type}} set row_count = row_count - 1 {here} and status = 'failed'"
    )
    assert verify(*logs.both, [head], POLICY, today).findings == []
    logs.execute(
        "update {_summary_by_type} set row_count = row_count + case processing_type "
        f"when 'login_update' then 1 else -1 end {here} and status = 'success'"
    )
    found = verify(*logs.both, [head], POLICY, today).findings
    assert [(each.kind, each.where, each.detail) for each in found] == [
        ("SUMMARY_CHANGED", f"{NAMES[0]} in 2025-01", f"2025-01-10, {kind}_update, success: {text}")
        for kind, text in (
            ("login", "4 rows, 3 were archived"),
            ("post", "2 rows, 3 were archived"),
        )
    ]
    change(
        logs,
        "update {_summary_by_type} set row_count = row_count - case processing_type "
        f"when 'login_update' then 1 else -1 end {here} and status = 'success'",
    )
    change(logs, f"update {{_digests}} set row_tags = 'x' {here} and kind = 'archived'")
    found = verify(*logs.both, [head], POLICY, today, [str(logs.project.folder)]).findings
    told = [(each.kind, each.detail) for each in found if each.where == f"{NAMES[0]} in 2025-01"]
    assert ("SUMMARY_CHANGED", "row_tags cannot be read") in told
    # Where exports have to be, a head does not speak for an archive that has none.
    assert ("ARCHIVE_UNCONFIRMED", "it was archived without an export") in told


@excluded("python side")
@excluded("locks")
def test_an_archive_beside_a_seal_takes_no_second_digest(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LC20: what a seal is about to state, the archive waits for; nothing is stated twice."""
    insert_through(logs)
    module = sys.modules["dbt_run_ledger.processing_logs.archive"]
    monkeypatch.setattr(module, "LOCK_TIMEOUT", "200ms")
    today = date(2026, 2, 1)
    _Work(*logs.both, POLICY, None, False, "csv", False)._move("2025-01-01")
    with closing(logs.project.connect()) as connection:
        connection.autocommit = False
        seal(from_connection(connection), logs.place)
        with pytest.raises(ConflictError, match="lock timeout"):
            archive(*logs.both, POLICY, today=today)
        connection.commit()
    steps = archive(*logs.both, POLICY, today=today)
    assert [(step.action, step.rows) for step in steps] == [("archived", 48)]
    assert [row["kind"] for row in logs.rows("_digests")] == ["rows"] * 4 + ["archived"] * 4
    check_partitions_of_others(logs, monkeypatch)


def check_partitions_of_others(logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    """LC6, LC12: a partition is what its bounds say, whatever its name is; one of many months stays,
    and one that another archive drops meanwhile is a month without rows."""
    hot = logs.place.table("processing_logs")
    bounds = {"_history": ("2020-01-01", "2021-01-01"), "_Month": ("2024-01-01", "2024-02-01")}
    for suffix, (first, after) in bounds.items():
        name = logs.place.table("processing_logs", suffix)
        logs.warehouse.execute(
            f"create table {name} partition of {hot} for values from ('{first}') to ('{after}')"
        )
        runs = run_of(datetime.fromisoformat(first), 3, 1_000 + len(suffix) * 10)
        logs.warehouse.append(hot, list(runs[0]), [list(row.values()) for row in runs])
    steps = archive(*logs.both, POLICY, today=date(2026, 2, 1))
    assert [(step.action, step.month, step.rows) for step in steps] == [
        ("moved", "2024-01-01", 3), ("archived", "2024-01-01", 3),
    ]  # fmt: skip
    assert {str(row["processed_at"])[:4] for row in logs.rows()} == {"2020"}
    work = _Work(*logs.both, POLICY, None, False, "csv", False)
    monkeypatch.setattr(_Work, "_partitions", lambda *_: {"2023-01-01": "dropped"})
    assert work._months("_warm") == []


def forge(logs: Logs) -> None:
    """A run is deleted, and stated to be archived in a chain that fits."""
    logs.execute(f"delete from {{}} where execution_name = '{NAMES[1]}'")
    names = (
        "execution_name, log_month, retention_class, row_count, success_count, failed_count, "
        "skipped_count, first_log_id, last_log_id, digest, created_at"
    )
    logs.execute(
        f"insert into {{_digests}} (digest_id, kind, {names}) "
        f"select 5, 'archived', {names} from {{_digests}} where digest_id = 2"
    )
    forged = logs.rows("_digests")[-1]
    last = logs.rows("_chain")[-1]
    hashed = entry_hash(last["entry_hash"], 5, forged)
    entry = [5, 5, last["entry_hash"], hashed, last["sealed_at"]]
    logs.warehouse.append(logs.place.table("processing_logs", "_chain"), list(last), [entry])
