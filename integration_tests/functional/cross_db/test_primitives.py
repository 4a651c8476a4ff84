"""Each primitive of macros/cross_db and macros/ledger by itself: what it renders and what the
warehouse makes of it, the same on every warehouse unless it says otherwise here (C9, CC2, CC4).
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from typing import Any

from integration_tests.functional.cross_db.answers import answers_of
from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded

WORDS = (
    "boolean", "date", "flag", "float", "instant", "int32", "integer", "json", "key", "text",
    "text_list", "timestamp", "uuid",
)  # fmt: skip

TEXTS: dict[str, Any] = {
    "sql_literal none": "null",
    "sql_literal true": "true",
    "sql_literal false": "false",
    "sql_literal integer": "-12",
    "sql_literal number": "1.5",
    "sql_literal text": "'it''s'",
    "sql_literal backslash": r"'a\b'",
    "sql_literal empty": "''",
    "sql_literal of text true": "'true'",
    "clean_text": "a\u2400b",
    "json_text": r'{"a": [1, null, "x' + "\u2400" + r'", "\\u0000"]}',
    "can_catch_errors": True,
    "has_live_hooks": True,
    "can_cross_databases": True,
    "publish_now": "",
    "skip_locked": "",
    "statement_limit": 50_000_000,
    "qualified_schema": '"warehouse"."Audit"',
    "create_index": [],
    "create_index unique": [],
    "table_constraints": ["primary key (a, b)", "constraint a_is_positive check (a > 0)"],
    "table_constraints none": [],
    "column_definitions default": ["n varchar(8) default 'x' not null"],
    "insert_once text": "insert into {there} (k, v)\nselect 1, 'x'\n"
    "where not exists (select 1 from {there} where k = 1)",
    "move_row text": "update {there} set\n  v = 'y'\nfrom other\nwhere k = 1",
    "shortened": ["abc", "abcd ... (2 more characters)"],
    "ledger_relation": ["process_execution_log", "process_execution_log_events"],
    "sql_types": list(WORDS),
}
POSTGRES_TEXTS = {
    "can_cross_databases": False,
    "skip_locked": " for update skip locked",
    "qualified_schema": '"Audit"',
    "create_index": ['create index if not exists "By_A" on {there} (a, b) where a > 1'],
    "create_index unique": ['create unique index if not exists "By_A" on {there} (a)'],
    "table_constraints": [
        "primary key (a, b)",
        "constraint a_is_positive check (a > 0)",
        "foreign key (b) references {there} (k)",
    ],
}
SNOWFLAKE_TEXTS = {
    "table_constraints": [],
    "sql_literal backslash": r"'a\\b'",
    "statement_limit": 100_000,
    "qualified_schema": "{database}.Audit",
}

MOMENT = "2025-12-10 12:34:56.789"
DOCUMENT = {
    "t": "it's", "i": 42, "f": 1.5, "b": True, "n": None, "ts": MOMENT, "d": "2025-12-10",
    "deep": {"er": {"key": "here"}}, "list": ["a", {"k": 1}, None, [2, 3]], "none": [],
    "big": 9007199254740993,
}  # fmt: skip
# Texts that hold JSON are compared as JSON: spaces and the order of keys are the warehouse's.
VALUES: dict[str, Any] = {
    "timestamp_text": MOMENT,
    "timestamp_text whole second": "2025-01-02 03:04:05.000",
    "timestamp_text null": None,
    "milliseconds_between": 1501,
    "milliseconds_between backwards": -1501,
    "milliseconds_between days": 365 * 86_400_000 + 1,
    "milliseconds_between null": None,
    "milliseconds_after": "2025-12-10 12:34:58.290",
    "milliseconds_after backwards": "2025-12-09 12:34:56.789",
    "milliseconds_after expression": "2025-12-10 12:34:56.578",
    "json_object": {"a": 1, "quoted": 'x"y', "gone": None, "of": [1]},
    "json_literal": DOCUMENT,
    "json_literal text": 'a "text"',
    "parse_json": {"a": [1, 2]},
    "json_value text": "it's",
    "json_value integer": 43,
    "json_value big": 9007199254740993,
    "json_value float": 1,
    "json_value boolean": 1,
    "json_value timestamp": MOMENT,
    "json_value date": "2025-12-10",
    "json_value deep": "here",
    "json_value null": None,
    "json_value missing": None,
    "at_utc": MOMENT,
    "json_array_agg": ["c", "b", "a"],
    "json_array_agg objects": [{"n": n, "z": None} for n in (1, 2, 3)],
    "json_array_agg empty": [],
    "text_agg": "cba",
    # Four elements, with the indexes 0 + 1 + 2 + 3.
    "json_elements index": 406,
    "json_elements first": "a",
    "json_elements object": 1,
    "json_elements empty": 0,
    "json_elements missing": 0,
    **{f"sql_type {word}": None for word in WORDS},
}
CREATED = ("process_execution_log", "process_execution_log_events")
WRITES: dict[str, Any] = {
    "missing_schema before": 1,
    "missing_schema after": 0,
    "ledger_gaps before": [True, True],
    "ledger_gaps after": [],
    "create_ledger": {"error": "", "changed": [f"created {{ledger}} {name}" for name in CREATED]},
    "create_ledger again": {"error": "", "changed": []},
    # Two of the three had the same key.
    "insert_once": ["2", "1"],
    "auto_key": "2",
    # The second move of `a` found it moved; `b` took its state from the further relation.
    "move_row": ["1", "1"],
    "run_guarded value": {"error": "", "value": "ok; it's"},
    "run_guarded nothing": {"error": "", "value": ""},
    "run_guarded when": {"error": "", "value": "c"},
    "ledger_gaps of an old table": ["error_message_obj"],
    "migrated": {
        "error": "",
        "changed": ["added error_message_obj to {ledger} process_execution_log"],
    },
    "row after migration": "1",
}
COMMENTS = {
    "duckdb": "select comment from duckdb_columns() where table_name = 'things' "
    "and column_name = 'state'",
    "postgres": "select col_description('{things}'::regclass, 3) as comment",
}


def expected_texts(cell: Cell, database: str) -> dict[str, Any]:
    name = cell.warehouse.name
    of_others = {"postgres": POSTGRES_TEXTS, "snowflake": SNOWFLAKE_TEXTS, "duckdb": {}}[name]
    expected = {**TEXTS, **of_others}
    if name == "duckdb":
        expected |= {"can_catch_errors": False, "has_live_hooks": False}
    if cell.id == "postgres-core":
        expected["publish_now"] = "; commit; begin"
    there = f"{database}.Audit.Log" if name == "snowflake" else f'"{database}"."Audit"."Log"'

    def filled(value: Any) -> Any:
        if isinstance(value, list):
            return [filled(each) for each in value]
        if isinstance(value, str):
            return value.replace("{database}", database).replace("{there}", there)
        return value

    return {key: filled(value) for key, value in expected.items()}


def comparable(value: Any) -> Any:
    """Numbers and JSON out of text, whatever spaces and trailing zeros the warehouse puts in."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def test_every_primitive(cell: Cell) -> None:
    """C9, CC4: expected values on every warehouse and engine, in one invocation."""
    project = cell.project("primitives")
    space = project.space
    answers = answers_of(project, "answer", groups=["texts", "values", "writes"])

    texts = expected_texts(cell, space.database)
    assert {key: answers[key] for key in texts} == texts

    values = dict(VALUES)
    if cell.warehouse.name == "snowflake":
        # A difference of the emulator: array_agg() over no rows is [] on Snowflake.
        values["json_array_agg empty"] = None
    assert {key: comparable(answers[key]) for key in values} == values

    ledger = project.name_of("x", space.ledger_schema).removesuffix(".x")
    said = json.dumps(answers).replace('\\"', "")
    written = json.loads(said.replace(f"{ledger}.", "{ledger} "))
    assert {key: written[key] for key in WRITES} == WRITES
    present = answers["present_columns"]
    assert "process_execution_log.error_message_obj" in present
    assert "process_execution_log_events.event_at" in present
    assert present == [name.lower() for name in present]

    if cell.warehouse.name in COMMENTS:
        query = COMMENTS[cell.warehouse.name].format(things=f"{space.ledger_schema}.things")
        assert project.query(query) == [{"comment": 'it\'s; a \\ "comment"'}]
    if cell.warehouse.name != "duckdb":
        assert "nowhere" in answers["run_guarded error"]
        assert "nowhere" in answers["run_guarded error in value"]
        assert answers["run_guarded error value"] == ""
        # A block of Postgres is a transaction; on Snowflake what came before the error stays.
        kept = "0" if cell.warehouse.name == "postgres" else "1"
        assert answers["run_guarded after error"] == kept


ZONES = {
    "duckdb": "set timezone = 'Asia/Tokyo'",
    "postgres": "set time zone 'Asia/Tokyo'",
    "snowflake": "alter session set timezone = 'Asia/Tokyo'",
}


def test_the_clock_is_utc(cell: Cell) -> None:
    """XC6, CC2: UTC whatever the session's zone, moving inside a transaction."""
    project = cell.project("primitives")
    # dbt v2 has no transaction to move in.
    asleep = cell.id == "postgres-core"
    answers = answers_of(
        project,
        "clock",
        set_zone=ZONES[cell.warehouse.name],
        asleep=asleep,
    )
    now = datetime.strptime(answers["now_utc"], "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=timezone.utc)
    assert abs(datetime.now(timezone.utc) - now) < timedelta(seconds=20)
    if asleep:
        assert answers["slept"] >= 299


REFUSALS = {
    "sql_literal": "expected text, a number, a boolean or none, got .*json_literal",
    "sql_type": f"expected one of .*{WORDS[0]}.*, got blob",
    "setting": "expected one of .*run_ledger_schema.*, got run_ledger_shema",
}


@excluded("settings")
def test_a_refusal_says_what_was_expected(cell: Cell) -> None:
    """House rule 10: run_ledger.<macro>(): expected X, got Y. <what to do>."""
    project = cell.project("primitives")
    for macro, message in REFUSALS.items():
        result = project.dbt("run-operation", "refusal", "--args", f"{{of: {macro}}}", expect=None)
        assert result.exit_code in (1, 2)
        said = " ".join(result.output.split())
        assert re.search(rf"run_ledger\.{macro}\(\): {message}", said), said
