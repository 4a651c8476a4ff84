"""The emulated Snowflake: what plain fakesnow gets wrong, and a package needs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from snowflake.connector.errors import Error

from integration_tests.functional.harness.scripting import (
    Block,
    If,
    Return,
    ScriptingError,
    Sql,
    immediate_text,
    parse_block,
)
from integration_tests.functional.harness.warehouse_servers import Snowflake
from integration_tests.functional.harness.warehouses import Row, Space


class Session:
    def __init__(self, folder: Path) -> None:
        self.warehouse = Snowflake()
        self.space: Space = self.warehouse.new_space("emulation", folder)

    def __call__(self, sql: str) -> list[Row]:
        return self.warehouse.query(self.space, sql)


@pytest.fixture
def run(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Session]:
    if request.config.getoption("--warehouse") not in (None, "snowflake"):
        pytest.skip("another warehouse was asked for")
    session = Session(tmp_path)
    if not session.warehouse.is_emulated:
        pytest.skip("a real Snowflake was given")
    yield session
    session.warehouse.drop(session.space)


@pytest.mark.parametrize(
    "statement",
    ["select parse_json('{bad')", "insert into t select null", "select nowhere(1)", "drop nothing"],
)
def test_a_bad_statement_is_an_error_and_not_a_hang(run: Session, statement: str) -> None:
    run("create table t (id int not null)")
    started = time.monotonic()
    with pytest.raises(Error):
        run(statement)
    assert time.monotonic() - started < 10


def test_null_timestamps_stay_null(run: Session) -> None:
    run("create table t (id int, at_ntz timestamp_ntz, at_tz timestamp_tz)")
    run("insert into t select 1, null, null")
    run("insert into t select 2, '2025-12-10 10:00:00'::timestamp_ntz, null")
    first, second = run("select at_ntz, at_tz from t order by id")
    assert first == {"at_ntz": None, "at_tz": None}
    assert str(second["at_ntz"]) == "2025-12-10 10:00:00"
    assert second["at_tz"] is None
    assert run("select max(at_tz) as latest from t") == [{"latest": None}]


def test_qualified_temporary_tables_and_informational_keys(run: Session) -> None:
    schema = f"{run.space.database}.{run.space.schema}"
    run("create table t (id int primary key, other int references t (id), unique (other))")
    run("insert into t values (1, 7), (1, 7)")
    run(f"create or replace temporary table {schema}.t__tmp as select * from t")
    assert run(f"select count(*) as n from {schema}.t__tmp") == [{"n": 2}]


def test_merge_as_dbt_writes_it(run: Session) -> None:
    run("create table t (id int, name varchar)")
    run("insert into t values (1, 'old')")
    (counts,) = run(
        """merge into t as dest using (select 1 as id, 'new' as name union all select 2, 'two') as s
        on dest.id = s.id
        when matched then update set dest.name = upper(s.name)
        when not matched then insert (id, name) values (id, name)"""
    )
    assert sum(counts.values()) == 2
    assert run("select * from t order by id") == [
        {"id": 1, "name": "NEW"},
        {"id": 2, "name": "two"},
    ]


def test_documents_are_changed_in_place(run: Session) -> None:
    run("create table t (o variant, a variant)")
    run("""insert into t select parse_json('{"k": 1, "it''s": 2}'), parse_json('[1]')""")
    run("update t set o = object_insert(o::object, 'k', 'v'::variant, true)")
    run("update t set a = array_append(a::array, parse_json('{\"x\": null}'))")
    assert run("select o, a, typeof(o) as kind from t") == [
        {"o": {"it's": 2, "k": "v"}, "a": [1, {"x": None}], "kind": "OBJECT"}
    ]


def test_writers_of_one_row_wait_for_each_other(run: Session) -> None:
    run("create table t (n int)")
    run("insert into t values (0)")

    def count(_: int) -> None:
        session = Snowflake()
        for _ in range(5):
            session.query(run.space, "update t set n = n + 1")
        session.disconnect(run.space)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count, range(8)))
    assert run("select n from t") == [{"n": 40}]


def test_what_cannot_run_is_recorded(run: Session) -> None:
    role = run.space.database.lower()
    run("create table t (id int)")
    run(f"grant select on table t to role {role}")
    run("alter session set query_tag = 'x'")
    recorded = run.warehouse.accepted_without_running()
    assert f"grant select on table t to role {role}" in recorded
    assert "create table t (id int)" not in recorded


def test_a_block_without_a_handler_fails_and_keeps_what_it_did(run: Session) -> None:
    run("create table t (name varchar)")
    with pytest.raises(Error, match="NOWHERE does not exist"):
        run("execute immediate $$begin insert into t select 'a'; delete from nowhere; end$$")
    (answer,) = run("execute immediate $$begin insert into t select 'b'; end$$")
    assert answer == {"anonymous block": None}
    run("execute immediate 'insert into t select ''c'''")
    assert [row["name"] for row in run("select name from t order by name")] == ["a", "b", "c"]


def test_a_block_returns_an_expression(run: Session) -> None:
    run("create table t (n int)")
    block = (
        "begin insert into t values (1), (2); if (sqlrowcount = 3) then return 'three'; else"
        " update t set n = n + 1; end if; return 'rows: ' || sqlrowcount; end"
    )
    assert run(f"execute immediate $${block}$$") == [{"anonymous block": "rows: 2"}]
    counted = "begin let n int := (select count(*) from t); return 'n is ' || n; end"
    assert run(f"execute immediate $${counted}$$") == [{"anonymous block": "n is 2"}]
    caught = "begin select parse_json('{'); exception when other then return sqlerrm; end"
    assert "JSON" in run(f"execute immediate $${caught}$$")[0]["anonymous block"]


def test_quotes_and_comments_hide_what_they_hold() -> None:
    source = r"""begin -- it's; a comment
        insert into "t;" select 'end; it''s \'; $$', $$ ; end ' $$; /* ; end */
        begin transaction;
        if (exists(select 1 where a = 'then')) then delete from t; else return 1; end if;
        begin select case when 1 = 1 then 2 end; end;
        exception when other then rollback; return 'no: ' || sqlerrm; end;"""
    block = parse_block(source)
    assert block == Block(
        (
            Sql(r"""insert into "t;" select 'end; it''s \'; $$', $$ ; end ' $$"""),
            Sql("begin transaction"),
            If(
                "(exists(select 1 where a = 'then'))",
                (Sql("delete from t"),),
                (Return("1"),),
            ),
            Block((Sql("select case when 1 = 1 then 2 end"),)),
        ),
        (Sql("rollback"), Return("'no: ' || sqlerrm")),
    )


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("select 'execute immediate'", None),
        (
            "EXECUTE  IMMEDIATE 'select ''a'' || \\'b\\' || \\'\\\\\\'';",
            "select 'a' || 'b' || '\\'",
        ),
        (r"execute immediate $$select '\n'$$ -- a comment", r"select '\n'"),
    ],
)
def test_immediate_text(command: str, text: str | None) -> None:
    assert immediate_text(command) == text


@pytest.mark.parametrize(
    "source",
    [
        "declare x int; begin select 1; end",
        "begin select 1; end; select 2",
        "begin select 1 end",
        "begin select 1;",
        "begin select 1; exception when statement_error then select 2; end",
        "begin for r in c do select 1; end for; end",
    ],
)
def test_other_shapes_are_refused(source: str) -> None:
    with pytest.raises(ScriptingError):
        parse_block(source)
