"""dbt v2's record of spans (OpenTelemetry, one JSON document a line): what happened."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dbt_run_ledger.exec.followed import END_NOT_WRITTEN, OWN_END, OWN_START, Followed
from dbt_run_ledger.recorder.state import Node, NodeFinished, NodeStarted

_OUTCOMES = {
    "NODE_OUTCOME_SUCCESS": "success",
    "NODE_OUTCOME_ERROR": "error",
    "NODE_OUTCOME_SKIPPED": "skipped",
}
_TEST_OUTCOMES = {
    "TEST_OUTCOME_PASSED": "pass",
    "TEST_OUTCOME_WARNED": "warn",
    "TEST_OUTCOME_FAILED": "fail",
}
# dbt's own frames below an error say nothing about the project.
_BACKTRACE = re.compile(r"\n +0: \S")
_WANTED = ('.NodeProcessed"', '.HookProcessed"', '.Invocation"', '"LogRecord"')


def read(lines: Iterable[str]) -> Followed | None:
    """None where dbt wrote nothing of the kind, as dbt-core does."""
    followed: Followed | None = None
    said: dict[str, list[str]] = {}
    spans = []
    for record in _records(lines):
        attributes = record.get("attributes") or {}
        kind = str(record.get("event_type", "")).rpartition(".")[2]
        if followed is None and kind == "Invocation":
            if not isinstance(attributes.get("invocation_id"), str):
                continue
            followed = Followed(attributes["invocation_id"])
            followed.dbt_version = (attributes.get("process_info") or {}).get("version")
        if record.get("record_type") == "LogRecord":
            text = _BACKTRACE.split(str(record.get("body") or ""))[0].strip()
            if record.get("severity_text") == "ERROR" and text:
                said.setdefault(attributes.get("unique_id") or "", []).append(text)
            elif END_NOT_WRITTEN in text:
                said.setdefault(OWN_END, []).append(text)
        elif kind in ("NodeProcessed", "HookProcessed"):
            spans.append((kind, record, attributes))
    if followed is None:
        return None
    # The text of an error may come after the end of its node.
    for kind, record, attributes in spans:
        # A span that another version writes otherwise says nothing, and spoils no other.
        with contextlib.suppress(AttributeError, KeyError, TypeError, ValueError):
            if kind == "HookProcessed":
                _take_in_hook(followed, record, attributes, OWN_END in said)
            else:
                _take_in_node(followed, record, attributes, said)
    followed.errors += said.get("", [])
    return followed


def _records(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if any(word in line for word in _WANTED):
            try:
                record = json.loads(line)
            except ValueError:
                # The last line of a dbt that was killed while it wrote it.
                continue
            if isinstance(record, dict) and isinstance(record.get("attributes") or {}, dict):
                yield record


def _take_in_hook(
    followed: Followed,
    record: Mapping[str, Any],
    attributes: Mapping[str, Any],
    is_unwritten: bool,
) -> None:
    unique_id = attributes.get("unique_id")
    followed.has_started |= unique_id == OWN_START
    is_good = attributes.get("hook_outcome") == "HOOK_OUTCOME_SUCCESS"
    if record["record_type"] == "SpanEnd" and unique_id == OWN_END and is_good:
        followed.has_closed = not is_unwritten


def _take_in_node(
    followed: Followed,
    record: Mapping[str, Any],
    attributes: Mapping[str, Any],
    said: Mapping[str, list[str]],
) -> None:
    is_ephemeral = attributes.get("materialization") == "NODE_MATERIALIZATION_EPHEMERAL"
    if is_ephemeral or attributes.get("in_selection") is False:
        return
    node = Node(
        attributes["unique_id"],
        attributes["name"],
        str(attributes["node_type"]).removeprefix("NODE_TYPE_").lower(),
        attributes.get("database") or None,
        attributes.get("schema") or None,
    )
    started = _milliseconds(record["start_time_unix_nano"])
    if record["record_type"] == "SpanStart":
        followed.events.append(NodeStarted(node, started))
        return
    status = _status(attributes)
    if status is None:
        return
    test = attributes.get("node_test_detail") or {}
    rows = attributes.get("rows_affected")
    is_built = node.resource_type in ("seed", "snapshot")
    followed.events.append(
        NodeFinished(
            node=node,
            dbt_status=status,
            started_ms=None if status == "skipped" else started,
            at_ms=_milliseconds(record["end_time_unix_nano"]),
            message="\n".join(said.get(node.unique_id, [])) or None,
            # For a table it is always 0.
            rows_affected=int(rows) if rows is not None and is_built else None,
            failures=test.get("failing_rows"),
        )
    )


def _status(attributes: Mapping[str, Any]) -> str | None:
    """dbt's word; None for a node that was cancelled, which has not ended by itself."""
    outcome = str(attributes.get("node_outcome"))
    if "CANCEL" in outcome:
        return None
    test = (attributes.get("node_test_detail") or {}).get("test_outcome")
    if outcome == "NODE_OUTCOME_SUCCESS" and test:
        return _TEST_OUTCOMES.get(test, "fail")
    return _OUTCOMES.get(outcome, "error")


def _milliseconds(nanoseconds: str | int) -> int:
    return int(nanoseconds) // 1_000_000
