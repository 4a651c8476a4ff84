"""What dbt's own records say, read after it is gone: as both engines write them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from dbt_run_ledger.exec import core_log, v2_log
from dbt_run_ledger.exec.core_log import LogMark
from dbt_run_ledger.exec.followed import END_NOT_WRITTEN, OWN_END, OWN_START
from dbt_run_ledger.recorder.state import Node, NodeFinished, NodeStarted

ORDERS = Node("model.shop.orders", "orders", "model", "db", "sc")
SECOND = 1_795_806_120_000  # in milliseconds since 1970


def core_line(name: str, data: dict[str, Any], invocation: str = "one", pid: int = 1) -> str:
    info = {"name": name, "invocation_id": invocation, "pid": pid, "thread": "Thread-1"}
    stamp = {"ts": "2026-11-27T19:02:00.500000Z", "msg": data.get("msg", "")}
    return json.dumps({"data": data, "info": {**info, **stamp}})


def core_node(unique_id: str = "model.shop.orders", **more: Any) -> dict[str, Any]:
    kind, _, name = unique_id.split(".", 2)
    relation = {"database": "db", "schema": "sc", "alias": name}
    known = {"unique_id": unique_id, "node_name": name, "resource_type": kind}
    return {"node_info": {**known, "materialized": "table", "node_relation": relation, **more}}


TIMING = [
    {"started_at": "2026-11-27T19:02:01.000000Z", "completed_at": "2026-11-27T19:02:01.250000Z"},
    {"started_at": "2026-11-27T19:02:01.300000Z", "completed_at": "2026-11-27T19:02:03.000000Z"},
]


def core_result(status: str, **more: Any) -> dict[str, Any]:
    known = {"status": status, "message": "", "thread": "Thread-1", "timing_info": []}
    return {"run_result": {**known, "adapter_response": {}, "num_failures": 0, **more}}


def hook(name: str, unique_id: str, status: str = "success") -> str:
    return core_line(name, {"node_info": {"unique_id": unique_id}, "status": status})


def test_a_run_of_dbt_core() -> None:
    response = {"rows_affected": 3, "query_id": "01b", "_message": "SELECT 3"}
    lines = [
        core_line("MainReportVersion", {"version": "=1.11.16"}),
        hook("LogHookEndLine", OWN_START),
        core_line("NodeStart", core_node()),
        core_line(
            "NodeFinished",
            {
                **core_node(),
                **core_result("success", timing_info=TIMING, adapter_response=response),
            },
        ),
        core_line("NodeFinished", {**core_node("model.shop.after"), **core_result("skipped")}),
        core_line("NodeStart", core_node("model.shop.cte", materialized="ephemeral")),
        core_line("SQLQuery", {"sql": "select 1"}),
        "not JSON",
        core_line("NodeStart", core_node())[:80],
        hook("LogHookEndLine", OWN_END),
    ]
    followed = core_log.read(lines, pid=1)
    assert followed is not None
    assert (followed.invocation_id, followed.dbt_version) == ("one", "1.11.16")
    assert (followed.has_started, followed.has_closed) == (True, True)
    started, finished, skipped = followed.events
    assert started == NodeStarted(ORDERS, SECOND + 500, "Thread-1")
    assert finished == NodeFinished(
        *(ORDERS, "success", SECOND + 1_000, SECOND + 3_000, "Thread-1"),
        compile_ms=250,
        execute_ms=1_700,
        rows_affected=3,
        query_id="01b",
    )
    assert isinstance(skipped, NodeFinished)
    assert (skipped.dbt_status, skipped.started_ms) == ("skipped", None)


def test_a_start_that_is_all_there_is() -> None:
    """dbt was killed in its first hook: there may be a row already."""
    lines = [core_line("MainReportVersion", {}), hook("LogHookStartLine", OWN_START)]
    followed = core_log.read(lines, pid=1)
    assert followed is not None
    assert (followed.has_started, followed.has_closed, followed.events) == (True, False, [])


def test_an_end_that_could_not_be_written() -> None:
    """In the hook, which itself ends well: it never fails the user's run."""
    begun = core_line("MainReportVersion", {})
    told = core_line("JinjaLogInfo", {"msg": f"{END_NOT_WRITTEN}: lock timeout (the run goes on)"})
    for lines in (
        [begun, told, hook("LogHookEndLine", OWN_END)],
        [begun, hook("LogHookEndLine", OWN_END, "error")],
    ):
        followed = core_log.read(lines, pid=1)
        assert followed is not None
        assert not followed.has_closed


def test_another_dbt_writes_the_same_log() -> None:
    """Told apart by the process; behind a program that starts dbt, only one alone is surely ours."""
    lines = [
        core_line("MainReportVersion", {}, "theirs", pid=7),
        core_line("MainReportVersion", {}, "ours", pid=8),
        core_line("MainEncounteredError", {"exc": "Compilation Error"}, "ours", pid=8),
        core_line("NodeStart", core_node(), "theirs", pid=7),
    ]
    ours = core_log.read(lines, pid=8)
    assert ours is not None
    assert (ours.invocation_id, ours.errors, ours.events) == ("ours", ["Compilation Error"], [])
    assert core_log.read(lines, pid=99) is None, "the row of a job that runs would be closed"
    alone = core_log.read(lines[:1], pid=99)
    assert alone is not None
    assert alone.invocation_id == "theirs"
    assert core_log.read(["19:02:00 [info ]: dbt-fusion 2.0.0"], pid=1) is None


def test_only_what_was_added_is_read_even_if_the_log_is_turned_over(tmp_path: Path) -> None:
    log = tmp_path / "dbt.log"
    assert list(LogMark.of(tmp_path).lines()) == []
    nothing = LogMark.of(tmp_path)
    log.write_text("old\n")
    assert list(nothing.lines()) == ["old\n"]
    mark = LogMark.of(tmp_path)
    with log.open("a") as file:
        file.write("first\n")
    assert list(mark.lines()) == ["first\n"]
    log.rename(tmp_path / "dbt.log.1")
    log.write_text("second\n")
    (tmp_path / "dbt.log.2").write_text("much older\n")
    assert list(mark.lines()) == ["first\n", "second\n"]
    (tmp_path / "dbt.log.1").rename(tmp_path / "dbt.log.3")
    log.rename(tmp_path / "dbt.log.1")
    (tmp_path / "dbt.log.2").write_text("between\n")
    log.write_text("third\n")
    assert list(mark.lines()) == ["first\n", "between\n", "second\n", "third\n"]
    (tmp_path / "dbt.log.3").unlink()
    log.write_text("")


def test_a_new_log_may_be_turned_over_before_dbt_ends(tmp_path: Path) -> None:
    """Ten megabytes of JSON are soon full; what was turned over long ago is not ours."""
    ancient = tmp_path / "dbt.log.2"
    ancient.write_text("ancient\n")
    os.utime(ancient, (1, 1))
    mark = LogMark.of(tmp_path)
    (tmp_path / "dbt.log.1").write_text("first\n")
    (tmp_path / "dbt.log").write_text("second\n")
    assert list(mark.lines()) == ["first\n", "second\n"]


def test_a_log_whose_beginning_is_gone_still_tells_of_its_process() -> None:
    lines = [
        core_line("MainReportVersion", {}, "theirs", pid=7),
        core_line("NodeStart", core_node(), "ours", pid=8),
    ]
    followed = core_log.read(lines, pid=8)
    assert followed is not None
    assert (followed.invocation_id, len(followed.events)) == ("ours", 1)


# Each has what makes a line worth reading, and is not what dbt writes.
STRANGE = ["null", "[]", "7", '"x"', "{}", '{"info": 1}', '{"attributes": []}', '{"data": {}}']


@pytest.mark.parametrize("text", STRANGE)
def test_strange_lines_spoil_no_others(text: str) -> None:
    """An exception here would cost the row, and dbt's exit code."""
    strange = text[:-1] + ('"name": "NodeFinished"}' if text == "{}" else text[-1])
    marked = [
        strange + ' "name": "NodeFinished"',
        json.dumps({"x": strange, "info": {"name": "NodeFinished"}}),
        strange,
        core_line("NodeFinished", {"node_info": None, "run_result": None}),
        core_line("NodeFinished", {**core_node(), "run_result": {}}),
        core_line("NodeStart", {"node_info": {"resource_type": "model"}}),
        json.dumps({"info": {"name": "NodeStart", "invocation_id": "one"}, "data": []}),
    ]
    good = core_line("NodeStart", core_node())
    core = core_log.read([core_line("MainReportVersion", {}), *marked, good], pid=1)
    assert core is not None
    assert [type(event) for event in core.events] == [NodeStarted]

    node = v2_node("model.shop.orders")
    values: list[Any] = [[], {}, "x", node]
    broken = [
        json.dumps({"event_type": "x.NodeProcessed", "attributes": value}) for value in values
    ]
    spans = [
        '["x.NodeProcessed"]',
        '{"LogRecord": "LogRecord"}',
        json.dumps({"event_type": "x.Invocation", "attributes": {}}),
        json.dumps({"event_type": "x.Invocation"}),
        strange + ' ".NodeProcessed"',
        INVOCATION,
        *broken,
        span("SpanEnd", "NodeProcessed", 1, **node),
        span("SpanStart", "NodeProcessed", 1, **node),
    ]
    two = v2_log.read(spans)
    assert two is not None
    assert two.invocation_id == "two"
    assert [type(event) for event in two.events] == [NodeStarted]


def span(kind: str, event: str, start: int, end: int | None = None, **attributes: Any) -> str:
    record = {
        "record_type": kind,
        "event_type": f"v1.public.events.fusion.x.{event}",
        "start_time_unix_nano": str((SECOND + start) * 1_000_000),
        "attributes": attributes,
    }
    if end is not None:
        record["end_time_unix_nano"] = str((SECOND + end) * 1_000_000)
    return json.dumps(record)


def v2_node(unique_id: str, **more: Any) -> dict[str, Any]:
    kind, _, name = unique_id.split(".", 2)
    known = {"unique_id": unique_id, "name": name, "node_type": f"NODE_TYPE_{kind.upper()}"}
    return {**known, "database": "db", "schema": "sc", "in_selection": True, **more}


def said(text: str, unique_id: str | None = None, severity: str = "ERROR") -> str:
    attributes = {"unique_id": unique_id} if unique_id else {}
    known = {"record_type": "LogRecord", "event_type": "x.LogMessage", "severity_text": severity}
    return json.dumps({**known, "body": text, "attributes": attributes})


INVOCATION = span(
    "SpanStart", "Invocation", 0, invocation_id="two", process_info={"version": "2.0.0-preview.196"}
)


def test_a_run_of_dbt_v2() -> None:
    orders = v2_node("model.shop.orders")
    test = v2_node("test.shop.unique")
    failing = {"failing_rows": 2, "test_outcome": "TEST_OUTCOME_FAILED"}
    lines = [
        INVOCATION,
        span("SpanStart", "HookProcessed", 1, unique_id=OWN_START),
        span("SpanStart", "NodeProcessed", 500, **orders),
        span("SpanEnd", "NodeProcessed", 500, 900, **orders, node_outcome="NODE_OUTCOME_ERROR"),
        # The text of an error comes after the end of its node, with dbt's own frames below it.
        said("no such column\n  --> models/orders.sql\n   0: <unknown>\n", "model.shop.orders"),
        span(
            *("SpanEnd", "NodeProcessed", 900, 950),
            **test,
            node_outcome="NODE_OUTCOME_SUCCESS",
            node_test_detail=failing,
        ),
        span("SpanStart", "NodeProcessed", 950, **v2_node("model.shop.stopped")),
        span(
            *("SpanEnd", "NodeProcessed", 950, 990),
            **v2_node("model.shop.stopped"),
            node_outcome="NODE_OUTCOME_CANCELED",
        ),
        span("SpanStart", "NodeProcessed", 950, **v2_node("model.shop.x", in_selection=False)),
        said("cannot connect"),
        said("just so", severity="INFO"),
        INVOCATION[:50],
    ]
    followed = v2_log.read(lines)
    assert followed is not None
    assert (followed.invocation_id, followed.dbt_version) == ("two", "2.0.0-preview.196")
    assert (followed.has_started, followed.has_closed) == (True, False)
    assert followed.errors == ["cannot connect"]
    started, broken, failed, stopped = followed.events
    assert started == NodeStarted(ORDERS, SECOND + 500)
    message = "no such column\n  --> models/orders.sql"
    assert broken == NodeFinished(ORDERS, "error", SECOND + 500, SECOND + 900, message=message)
    assert isinstance(failed, NodeFinished)
    assert (failed.dbt_status, failed.failures) == ("fail", 2)
    assert isinstance(stopped, NodeStarted)


def test_the_end_of_a_run_of_dbt_v2() -> None:
    good = {"unique_id": OWN_END, "hook_outcome": "HOOK_OUTCOME_SUCCESS"}
    ended = span("SpanEnd", "HookProcessed", 1, 2, **good)
    for lines, has_closed in (
        ([INVOCATION, ended], True),
        ([INVOCATION, said(END_NOT_WRITTEN + ": x", severity="INFO"), ended], False),
        ([INVOCATION, span("SpanEnd", "HookProcessed", 1, 2, unique_id=OWN_END)], False),
        ([INVOCATION, span("SpanStart", "HookProcessed", 1, None, **good)], False),
    ):
        followed = v2_log.read(lines)
        assert followed is not None
        assert followed.has_closed == has_closed
    assert v2_log.read([]) is None
