"""What every warehouse does alike. A new one is added to the fixture, and passes or does not."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from dbt_run_ledger import warehouses
from dbt_run_ledger.errors import ConflictError, LedgerMissingError, StatementError
from tests.contract.world import World

ROOT = Path(__file__).resolve().parents[3]
HOSTILE = "quote ' double \" percent % %s back\\slash $$ ? 語 🎉\ttab\nline {{ jinja }} 'a''b' --"


def test_a_value_comes_back_as_it_went(world: World) -> None:
    """X59: whatever a text holds, it is a value and never SQL."""
    table = world.table(
        "id integer, said {text}, at_utc {timestamp}, document {json}, names {texts}"
    )
    moment = datetime.fromisoformat("2026-01-02 03:04:05.678")
    document = {"a": [1, None, True, "x"], "said": HOSTILE, "empty": {}}
    snippets = (world.warehouse.json_parameter, world.warehouse.text_array_parameter)
    touched = world.warehouse.execute(
        f"insert into {table} select %s, %s, %s, {snippets[0]}, {snippets[1]}",
        (1, HOSTILE, moment, document, ["one", "two"]),
    )
    assert touched == 1
    world.warehouse.execute(f"insert into {table} (id) values (2)")
    assert world.warehouse.query(f"select * from {table} order by id") == [
        {"id": 1, "said": HOSTILE, "at_utc": moment, "document": document, "names": ["one", "two"]},
        {"id": 2, "said": None, "at_utc": None, "document": None, "names": None},
    ]
    # A percent sign is doubled beside parameters, and only there.
    found = world.warehouse.query(
        f"select id from {table} where said like '%%語%%' and id = %s", (1,)
    )
    assert found == world.warehouse.query(f"select id from {table} where said like '%語%'")
    assert found == [{"id": 1}]


def test_parameters_of_other_types(world: World) -> None:
    table = world.table("id {text}, at_utc {timestamp}, is_done boolean")
    key = uuid.uuid4()
    zoned = datetime(2026, 6, 1, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    world.warehouse.execute(f"insert into {table} values (%s, %s, %s)", (key, zoned, True))
    (row,) = world.warehouse.query(f"select * from {table}")
    assert row == {
        "id": str(key),
        "at_utc": datetime.fromisoformat("2026-06-01 12:00"),
        "is_done": True,
    }


def test_the_clock_is_utc_and_that_of_the_macro(world: World) -> None:
    (row,) = world.warehouse.query(f"select {world.warehouse.now_utc} as now_utc")
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    assert abs(row["now_utc"] - now) < timedelta(minutes=5)
    if world.name != "snowflake":  # the emulator does not round
        assert row["now_utc"].microsecond % 1000 == 0
    macro = (ROOT / "macros/cross_db/now_utc.sql").read_text()
    override = macro.split(f"macro {world.name}__now_utc")[1]
    returned = re.search(r"return\((['\"])(.*)\1\)", override)
    assert returned
    assert returned[2] == world.warehouse.now_utc


def test_execute_tells_how_many_rows_it_touched(world: World) -> None:
    table = world.table("id integer, said {text}")
    run = world.warehouse.execute
    assert run(f"insert into {table} values (1, 'a'), (2, 'a'), (3, 'b')") == 3
    assert run(f"update {table} set said = 'c' where said = 'a'") == 2
    assert run(f"update {table} set said = 'c' where said = 'nobody'") == 0
    assert run(f"delete from {table} where id = %s", (3,)) == 1
    assert run(f"drop table {table}") == 0


def test_a_transaction_is_all_or_nothing(world: World) -> None:
    table = world.table("id integer")
    insert = f"insert into {table} values (%s)"
    with pytest.raises(ValueError, match="stop"):
        _insert_and_stop(world.warehouse, table, 1)
    with world.warehouse.transaction():
        world.warehouse.execute(insert, (2,))
        with world.warehouse.transaction():
            world.warehouse.execute(insert, (3,))
        if world.name != "duckdb":  # the inner one joined: nothing is committed yet
            assert world.rows(f"select id from {table}") == []
    with pytest.raises(ValueError, match="stop"), world.warehouse.transaction():
        _insert_and_stop(world.warehouse, table, 4)
    world.warehouse.execute(insert, (5,))
    assert world.rows(f"select id from {table} order by id") == [{"id": 2}, {"id": 3}, {"id": 5}]


def test_append_is_the_bulk_path(world: World) -> None:
    table = world.table(
        "id integer, said {text}, at_utc {timestamp}, is_done boolean, document {json}"
    )
    columns = ("id", "said", "at_utc", "is_done", "document")
    moment = datetime.fromisoformat("2026-01-02 03:04:05.678")
    rows = [
        (1, HOSTILE, moment, True, {"a": 1, "said": HOSTILE}),
        (2, None, None, None, None),
        (3, "", moment.replace(tzinfo=timezone(timedelta(hours=1))), False, ["x"]),
        *((number, "many", None, None, None) for number in range(4, 1_101)),
    ]
    assert world.warehouse.append(table, columns, iter(rows)) == 1_100
    found = world.warehouse.query(f"select * from {table} where id <= 3 order by id")
    expected = [dict(zip(columns, row, strict=True)) for row in rows[:3]]
    expected[2]["at_utc"] = datetime.fromisoformat("2026-01-02 02:04:05.678")
    assert found == expected
    (total,) = world.warehouse.query(
        f"select count(*) as n, count(distinct id) as ids from {table}"
    )
    assert total == {"n": 1_100, "ids": 1_100}
    assert world.warehouse.append(table, columns, []) == 0


def test_append_through_a_stage(world: World) -> None:
    """The same rows, however long, through a file; the others have a stream and need no stage."""
    stage = world.session.place.table("ingestion_runs", "_parts")
    if world.name == "snowflake":
        world.warehouse.query(f"create stage {stage} file_format = (type = json)")
    table = world.table(
        "id integer, said {text}, at_utc {timestamp}, is_done boolean, ratio float, document {json}"
    )
    columns = ("id", "said", "at_utc", "is_done", "ratio", "document")
    moment = datetime.fromisoformat("2026-01-02 03:04:05.678")
    rows = [
        (1, HOSTILE * 20_000, moment, True, 1, {"a": None, "said": HOSTILE}),
        (2, None, None, None, None, None),
        (3, "", moment.replace(tzinfo=timezone(timedelta(hours=1))), False, 0.5, {"x": ["{"]}),
    ]
    assert world.warehouse.append(table, columns, iter(rows), stage=stage) == 3
    expected = [dict(zip(columns, row, strict=True)) for row in rows]
    expected[2]["at_utc"] = datetime.fromisoformat("2026-01-02 02:04:05.678")
    assert world.warehouse.query(f"select * from {table} order by id") == expected
    nulls = f"select id from {table} where document is null and at_utc is null"
    assert world.warehouse.query(nulls) == [{"id": 2}]
    assert world.warehouse.append(table, columns, [], stage=stage) == 0


@pytest.mark.parametrize("world", ["snowflake"], indirect=True)
def test_a_stage_keeps_no_file(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What was copied goes at once, what somebody who died left goes a day later."""
    from dbt_run_ledger.warehouses import snowflake

    stage, table = world.session.place.table("ingestion_runs", "_parts"), world.table("id integer")
    world.warehouse.query(f"create stage {stage} file_format = (type = json)")
    assert world.warehouse.append(table, ["id"], [(1,), (2,)], stage=stage) == 2
    assert world.warehouse.query(f"list @{stage}") == []
    for name in (f"{uuid.uuid4()}.json.gz", "some body.json.gz", "somebody.json.gz"):
        file = world.folder / name
        snowflake.write_part(file, ["id"], [(3,)])
        world.warehouse.query(f"put 'file://{file}' @{stage} auto_compress = false")
    assert world.warehouse.clear_stage(stage) == 0
    monkeypatch.setattr(snowflake, "LEFTOVER_AGE", timedelta(0))
    assert world.warehouse.clear_stage(stage) == 1
    others = [row["name"].rpartition("/")[2] for row in world.warehouse.query(f"list @{stage}")]
    assert sorted(others) == ["some body.json.gz", "somebody.json.gz"]
    # A name that REMOVE does not take as it is: that is said, and stops no load.
    monkeypatch.setattr(snowflake, "_OUR_FILE", re.compile("some body.*"))
    assert world.warehouse.clear_stage(stage) == 0
    assert "some body.json.gz stays in the stage" in caplog.text
    # A file of which not every row arrived is no load.
    monkeypatch.setattr(snowflake, "write_part", _with_a_row_too_many(snowflake.write_part))
    with pytest.raises(StatementError, match="took 1 of 2 rows"):
        world.warehouse.append(table, ["id"], [(4,)], stage=stage)
    assert world.warehouse.query(f"select id from {table} order by id") == [{"id": 1}, {"id": 2}]


def test_append_keeps_nothing_of_what_fails(world: World) -> None:
    table = world.table("id integer not null")
    # More than one batch, so that an earlier one has been sent.
    batch = {"postgres": 5_000, "duckdb": 20_000, "snowflake": 1_000}[world.name]
    rows = [*((number,) for number in range(batch)), (None,)]
    with pytest.raises(StatementError):
        world.warehouse.append(table, ["id"], rows)
    assert world.warehouse.query(f"select count(*) as n from {table}") == [{"n": 0}]


def test_a_missing_table_says_what_creates_it(world: World) -> None:
    with pytest.raises(LedgerMissingError, match="dbt run-operation create_ledgers"):
        world.warehouse.query(f"select * from {world.session.place.table('function_logs')}")
    with pytest.raises(StatementError):
        world.warehouse.query("selekt 1")
    # Neither stands in the way of what comes next.
    assert world.warehouse.query("select 1 as one") == [{"one": 1}]


def test_a_table_beside_a_ledger(world: World) -> None:
    place = world.session.place
    name = place.table("process_execution_log", "_events")
    assert name.replace('"', "").lower().split(".") == [
        world.space.database.lower(),
        world.space.ledger_schema.lower(),
        "process_execution_log_events",
    ]


def test_the_callers_connection_stays_the_callers(world: World) -> None:
    table = world.table("id integer")
    world.session.close()
    theirs = world.behind.connect(world.space)
    if world.name == "postgres":
        theirs.autocommit = False
    warehouse = warehouses.from_connection(theirs)
    assert warehouse.name == world.name
    if world.name != "postgres":
        warehouse.execute("begin")
    with warehouse.transaction():
        assert warehouse.execute(f"insert into {table} values (1)") == 1
    assert warehouse.append(table, ["id"], [(2,)]) == 1
    cursor = theirs.cursor() if world.name != "duckdb" else theirs
    cursor.execute("rollback")
    cursor.execute(f"select count(*) from {table}")
    assert cursor.fetchall()[0][0] == 0
    warehouse.close()
    cursor.execute("select 1")  # still open
    if world.name != "snowflake":
        # Where each statement would commit by itself, a transaction of its own is the caller's gain.
        if world.name == "postgres":
            theirs.rollback()
            theirs.autocommit = True
        with pytest.raises(ValueError, match="stop"):
            _insert_and_stop(warehouse, table, 3)
        assert warehouse.query(f"select * from {table}") == []
    theirs.close()


# Snowflake waits for the lock, so that nothing fails.
@pytest.mark.parametrize("world", ["duckdb", "postgres"], indirect=True)
def test_what_another_holds_is_a_conflict(world: World) -> None:
    """Retryable in the type, so that callers can tell it from what never works."""
    table = world.table("id integer, n integer")
    world.warehouse.execute(f"insert into {table} values (1, 0)")
    if world.name == "duckdb":
        other = warehouses.from_connection(world.warehouse._connection.cursor())  # type: ignore[attr-defined]
    else:
        other = world.another().warehouse
        other.execute("set lock_timeout = 50")
    with world.warehouse.transaction():
        world.warehouse.execute(f"update {table} set n = 1")
        with pytest.raises(ConflictError) as raised:
            other.execute(f"update {table} set n = 2")
    assert raised.value.is_retryable
    assert world.warehouse.query(f"select n from {table}") == [{"n": 1}]
    other.close()


def _with_a_row_too_many(write: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*arguments: object) -> object:
        part = write(*arguments)
        return replace(part, rows=part.rows + 1)

    return wrapped


def _insert_and_stop(warehouse: warehouses.Warehouse, table: str, value: int) -> None:
    with warehouse.transaction():
        warehouse.execute(f"insert into {table} values (%s)", (value,))
        raise ValueError("stop")
