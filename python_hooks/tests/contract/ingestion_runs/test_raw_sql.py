"""SQL that asks nobody: Postgres refuses what breaks a rule, and audits what keeps them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dbt_run_ledger.ingestion_runs import rules
from integration_tests.functional.harness.keeper import ROOT
from tests.contract.ingestion_runs.ledgers import KIND, OFFICIAL, Ledger
from tests.contract.ingestion_runs.test_moves import ACCEPTED, run_in

TIMES = {"running": ", started_at = now()", "queued": ""}
COUNTS = {
    "partial": ", success_count = 1, failed_count = 1, processed_count = 2, target_count = 2",
}
# What is wrong with the statement -> what Postgres says. {run}: a running run, {done}: one that has failed.
REFUSED: dict[str, tuple[str, str]] = {
    "a new run that runs": (
        ("insert into {runs} (run_id, run_kind, mode, status, target_types, trace_id, started_at) values"
        " (gen_random_uuid(), 'official_ingestion', 'manual', 'running', array['official'], 't', now())"),
        "expected a new run to be queued, got running",
    ),
    "a run again of one that runs": (
        ("insert into {runs} (run_id, run_kind, mode, status, target_types, trace_id, parent_run_id) values"
        " (gen_random_uuid(), 'official_ingestion', 'manual', 'queued', array['official'], 't', '{run}')"),
        "expected a parent that has ended otherwise than well",
    ),
    "a run again of itself": (
        ("insert into {runs} (run_id, run_kind, mode, status, target_types, trace_id, parent_run_id) values"
        " ('11111111-0000-4000-8000-000000000000', 'official_ingestion', 'manual', 'queued',"
        " array['official'], 't', '11111111-0000-4000-8000-000000000000')"),
        "expected a parent that has ended otherwise than well",
    ),
    "an unknown kind": (("insert into {runs} (run_id, run_kind, mode, status, target_types, trace_id) values"
        " (gen_random_uuid(), 'other', 'manual', 'queued', array['official'], 't')"), "known_run_kind"),
    "the same target twice": (("insert into {runs} (run_id, run_kind, mode, status, target_types, trace_id)"
        " values (gen_random_uuid(), 'official_ingestion', 'manual', 'queued',"
        " array['official', 'official'], 't')"), "known_target_types"),
    "no target": (("insert into {runs} (run_id, run_kind, mode, status, target_types, trace_id)"
        " values (gen_random_uuid(), 'official_ingestion', 'manual', 'queued', cast(array[] as text[]), 't')"),
        "known_target_types"),
    "an end that is not said": ("update {runs} set finished_at = now() where run_id = '{run}'",
        "finished_is_terminal"),
    "an end without a time": ("update {runs} set status = 'failed' where run_id = '{run}'",
        "finished_is_terminal"),
    "an end before its start": (("update {runs} set status = 'failed', finished_at = '2020-01-01'"
        " where run_id = '{run}'"), "times_in_order"),
    "another start": ("update {runs} set started_at = now() where run_id = '{run}'",
        "expected a run to keep what it was asked for and when it started"),
    "another trace": ("update {runs} set trace_id = 'x' where run_id = '{run}'",
        "expected a run to keep what it was asked for"),
    "a count below zero": ("update {runs} set failed_count = -1 where run_id = '{run}'",
        "no_count_below_zero"),
    "counts that do not add up": (("update {runs} set status = 'succeeded', finished_at = now(),"
        " target_count = 5 where run_id = '{run}'"), "counts_add_up"),
    "success with failures": (("update {runs} set status = 'succeeded', finished_at = now(),"
        " target_count = 1, processed_count = 1, failed_count = 1 where run_id = '{run}'"),
        "succeeded_is_whole"),
    "partial without success": (("update {runs} set status = 'partial', finished_at = now()"
        " where run_id = '{run}'"), "partial_is_mixed"),
    "new counts after the end": ("update {runs} set target_count = 9 where run_id = '{done}'",
        "expected a run that has ended to stay as it is"),
    "no row any more": ("delete from {runs} where run_id = '{run}'", "expected history to stay"),
    "no rows any more": ("truncate {runs} cascade", "expected history to stay as it is, got truncate"),
    "another past": ("update {audit} set actor = 'x' where run_id = '{run}'",
        "expected history to stay as it is, got update"),
    "no past": ("delete from {audit} where run_id = '{run}'", "expected history to stay"),
    "an invented move": ("insert into {audit} values ('{run}', 'running', 'failed', now(), 'x', 't', 'k')",
        "expected a move that has happened, got running to failed"),
    "an impossible move": ("insert into {audit} values ('{run}', 'queued', 'failed', now(), 'x', 't', 'k')",
        "expected a move that has happened|allowed_move"),
}  # fmt: skip


def test_the_36_pairs(postgres: Ledger) -> None:
    """I21, I23, I27, I28, IC5, bars: an update past the client is refused for 31 of 36, by name, and
    the five others leave their audit row all the same (I40).
    """
    accepted, refused = set(), 0
    with postgres.runs() as runs:
        for status in rules.STATUSES:
            for asked in rules.STATUSES:
                run = run_in(runs, status)
                times = TIMES.get(asked, ", finished_at = now()")
                statement = (
                    f"update {{runs}} set status = '{asked}'{times}{COUNTS.get(asked, '')}"
                    f" where run_id = '{run.run_id}'"
                )
                before = runs.transitions(run.run_id)
                if (status, asked) in ACCEPTED:
                    postgres.raw(statement)
                    accepted.add((status, runs.get(run.run_id).status))
                    added = runs.transitions(run.run_id)[len(before) :]
                    assert [(each.from_status, each.to_status) for each in added] == [
                        (status, asked)
                    ]
                    assert (added[0].actor, added[0].event_key[:4]) == ("postgres", "sql:")
                    continue
                message = f"expected a move of the state machine, got {status} to {asked}"
                with pytest.raises(Exception, match=message):
                    postgres.raw(statement)
                assert (runs.get(run.run_id), runs.transitions(run.run_id)) == (run, before)
                refused += 1
    assert (accepted, refused) == (ACCEPTED, 31)


@pytest.mark.parametrize("name", REFUSED)
def test_raw_sql_is_refused(postgres: Ledger, name: str) -> None:
    """I2-I6, I22-I29, I38, I40-I42: the statement fails with the name of the rule."""
    statement, message = REFUSED[name]
    with postgres.runs() as runs:
        run, done = runs.start(KIND, **OFFICIAL), run_in(runs, "failed")
        named = {"run": run.run_id, "done": done.run_id, "runs": "{runs}", "audit": "{audit}"}
        with pytest.raises(Exception, match=message):
            postgres.raw(statement.format(**named))
        assert (runs.get(run.run_id), runs.get(done.run_id)) == (run, done)
        assert len(runs.transitions(run.run_id)) == 1


CHEAT = """
    create schema cheat;
    create function cheat.equal(varchar, varchar) returns boolean language sql
        as 'select cast($2 as text) in (cast(''queued'' as text), cast(''running'' as text))';
    create operator cheat.= (leftarg = varchar, rightarg = varchar, function = cheat.equal);
    set search_path = cheat;
    update {{runs}} set status = 'cancelled' where run_id = '{run}'"""


def test_operators_of_ones_own_open_no_way(postgres: Ledger) -> None:
    """I21, I23: whoever may create an operator must not decide what the rules compare with."""
    with postgres.runs() as runs:
        run = run_in(runs, "failed")
        try:
            with pytest.raises(Exception, match="state machine, got failed to cancelled"):
                postgres.raw(CHEAT.format(run=run.run_id))
            assert runs.get(run.run_id) == run
        finally:
            postgres.raw("drop schema if exists cheat cascade")


def test_one_active_child(postgres: Ledger) -> None:
    """I46: an index stands against the second one, whoever inserts it."""
    with postgres.runs() as runs:
        parent = run_in(runs, "failed")
        runs.rerun(parent.run_id)
        with pytest.raises(Exception, match="idx_ingestion_runs_active_child"):
            postgres.raw(
                "insert into {runs} (run_id, run_kind, mode, status, target_types, trace_id,"
                " parent_run_id) values (gen_random_uuid(), 'official_ingestion', 'manual', 'queued',"
                f" array['official'], 't', '{parent.run_id}')"
            )


TYPES = (
    ("run_id", "uuid", True, None),
    ("run_kind", "character varying(32)", True, None),
    ("mode", "character varying(16)", True, None),
    ("status", "character varying(16)", True, None),
    ("target_types", "text[]", True, None),
    ("parent_run_id", "uuid", False, None),
    ("requested_by", "character varying(64)", False, None),
    ("started_at", "timestamp with time zone", False, None),
    ("finished_at", "timestamp with time zone", False, None),
    ("target_count", "integer", True, "0"),
    ("processed_count", "integer", True, "0"),
    ("success_count", "integer", True, "0"),
    ("failed_count", "integer", True, "0"),
    ("unprocessed_count", "integer", True, "0"),
    ("trace_id", "character varying(64)", True, None),
    ("created_at", "timestamp with time zone", True, "now()"),
)
COLUMNS = """
    select attname as name, format_type(atttypid, atttypmod) as type, attnotnull as not_null,
        pg_get_expr(adbin, adrelid) as given
    from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attrelid = '{runs}'::regclass and attnum > 0 order by attnum"""


def test_the_table_is_the_document_s(postgres: Ledger) -> None:
    """I1-I20, IC8: names, order, types, nulls and defaults to the letter; keys and indexes."""
    columns = postgres.rows(COLUMNS)
    assert tuple(tuple(column.values()) for column in columns) == TYPES
    keys = postgres.rows(
        "select pg_get_constraintdef(oid) as definition from pg_constraint"
        " where conrelid = '{runs}'::regclass and contype in ('p', 'f') order by contype desc"
    )
    assert keys[0]["definition"] == "PRIMARY KEY (run_id)"
    assert re.fullmatch(
        r"FOREIGN KEY \(parent_run_id\) REFERENCES \S+ingestion_runs\(run_id\)",
        keys[1]["definition"],
    )
    indexes = postgres.rows(
        "select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition"
        " from pg_index where indrelid = '{runs}'::regclass order by 1"
    )
    found = {
        row["name"].split(".")[-1]: row["definition"].partition(" btree ")[2] for row in indexes
    }
    assert found == {
        "idx_ingestion_runs_status_created": "(status, created_at DESC)",
        "idx_ingestion_runs_started_at": "(started_at DESC)",
        "idx_ingestion_runs_trace_id": "(trace_id)",
        "idx_ingestion_runs_parent": "(parent_run_id)",
        "idx_ingestion_runs_active_child": "(parent_run_id) WHERE ((status)::text = ANY"
        " ((ARRAY['queued'::character varying, 'running'::character varying])::text[]))",
        "ingestion_runs_pkey": "(run_id)",
    }


def test_other_warehouses_have_the_same_columns(ledger: Ledger) -> None:
    """I1-I17, IC4, IC10: the names and the order everywhere, in the warehouse's nearest type."""
    if ledger.name == "memory":
        pytest.skip("there is no table")
    row: dict[str, Any]
    with ledger.runs() as runs:
        run = runs.queue(KIND, **OFFICIAL)
        (row,) = ledger.rows(f"select * from {{runs}} where run_id = '{run.run_id}'")
        assert list(row) == [name for name, *_ in TYPES] == list(run.as_row())
        assert row == run.as_row()


def test_the_rules_are_those_of_the_macro() -> None:
    """House rule 7: moves are data in one place, and the Python client has the same ones."""
    text = (ROOT / "macros/ingestion_runs/ingestion_rules.sql").read_text()
    moves = dict(
        re.findall(r"'(\w+)': \[([^\]]*)\]", text.split("set moves =")[1].split("} -%}")[0])
    )
    assert {name: tuple(re.findall(r"\w+", value)) for name, value in moves.items()} == dict(
        rules.MOVES
    )
    rest = text.split("return(")[1]
    listed = {name: tuple(re.findall(r"'(\w+)'", value))
              for name, value in re.findall(r"'(\w+)': \[([^\]]+)\]", rest)}  # fmt: skip
    assert (listed["rerun_from"], listed["modes"]) == (rules.RERUN_FROM, rules.MODES)
    specs = (ROOT / "macros/ledger/setting_specs.sql").read_text()
    for name, words in (("kinds", rules.RUN_KINDS), ("target_types", rules.TARGET_TYPES)):
        default = specs.split(f'run_ledger_ingestion_{name}"')[1].split("[")[1].split("]")[0]
        assert tuple(re.findall(r"\w+", default)) == words
