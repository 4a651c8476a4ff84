"""dbt-core's log file as JSON: what happened in one invocation."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from dbt_run_ledger.exec.followed import END_NOT_WRITTEN, OWN_END, OWN_START, Followed
from dbt_run_ledger.recorder.state import Node, NodeFinished, NodeStarted

# The only lines that are read: a large project writes a million others.
_NAMES = (
    *("MainReportVersion", "NodeStart", "NodeFinished", "LogHookStartLine", "LogHookEndLine"),
    *("MainEncounteredError", "JinjaLogInfo", "RunResultError", "GenericExceptionOnRun"),
)
_TESTS = ("test", "unit_test")


@dataclass(frozen=True)
class LogMark:
    """Where the log ended before dbt began. It may be turned over into dbt.log.1 meanwhile."""

    path: Path
    file_number: int | None
    size: int

    @classmethod
    def of(cls, folder: Path) -> LogMark:
        path = folder / "dbt.log"
        try:
            found = path.stat()
        except OSError:
            return cls(path, None, 0)
        return cls(path, found.st_ino, found.st_size)

    def lines(self) -> Iterator[str]:
        """What was added since, oldest first."""
        turned_over = self.path.parent.glob(f"{self.path.name}.*")
        numbered = [each for each in turned_over if each.suffix[1:].isdigit()]
        newest_first = [self.path, *sorted(numbered, key=lambda each: int(each.suffix[1:]))]
        wanted: list[tuple[Path, int]] = []
        for path in newest_first:
            if not path.is_file():
                continue
            is_marked = path.stat().st_ino == self.file_number
            wanted.append((path, self.size if is_marked else 0))
            if is_marked or self.file_number is None:
                break
        for path, offset in reversed(wanted):
            with path.open("rb") as file:
                # A log that somebody emptied is shorter than it was.
                file.seek(offset if offset <= path.stat().st_size else 0)
                for line in file:
                    yield line.decode(errors="replace")


def read(lines: Iterable[str], pid: int) -> Followed | None:
    """The invocation of this process; None where the log has none, as under dbt v2.

    Behind a program that starts dbt in its turn, the first invocation that began.
    """
    events = list(_events(lines))
    beginnings = [each for each in events if each["info"]["name"] == "MainReportVersion"]
    ours = [each for each in beginnings if each["info"]["pid"] == pid] or beginnings[:1]
    if not ours:
        return None
    followed = Followed(ours[0]["info"]["invocation_id"])
    followed.dbt_version = str(ours[0]["data"].get("version", "")).removeprefix("=") or None
    own = [each for each in events if each["info"]["invocation_id"] == followed.invocation_id]
    for event in own:
        _take_in(followed, event["info"], event["data"])
    # The hook has ended well in any case: it never fails the user's run.
    if any(END_NOT_WRITTEN in str(each["info"].get("msg")) for each in own):
        followed.has_closed = False
    return followed


def _events(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if line.startswith("{") and any(f'"name": "{name}"' in line for name in _NAMES):
            try:
                yield json.loads(line)
            except ValueError:
                # The last line of a dbt that was killed while it wrote it.
                continue


def _take_in(followed: Followed, info: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    name = info["name"]
    node = data.get("node_info") or {}
    if name == "NodeStart" and _is_step(node):
        started = NodeStarted(_node(node), _milliseconds(info["ts"]), info.get("thread"))
        followed.events.append(started)
    elif name == "NodeFinished" and _is_step(node):
        followed.events.append(_finished(info, node, data["run_result"]))
    elif name == "LogHookStartLine":
        followed.has_started |= node.get("unique_id") == OWN_START
    elif name == "LogHookEndLine":
        is_good = data.get("status") in ("success", "pass")
        followed.has_started |= node.get("unique_id") == OWN_START
        followed.has_closed |= node.get("unique_id") == OWN_END and is_good
    elif name == "MainEncounteredError":
        followed.errors.append(str(data.get("exc") or info.get("msg")))


def _is_step(node: Mapping[str, Any]) -> bool:
    return node.get("materialized") != "ephemeral" and node.get("resource_type") != "operation"


def _finished(
    info: Mapping[str, Any], node: Mapping[str, Any], result: Mapping[str, Any]
) -> NodeFinished:
    timing = result.get("timing_info") or []
    texts = [phase.get(key) for phase in timing for key in ("started_at", "completed_at")]
    marks = [_milliseconds(text) for text in texts if text]
    is_split = len(marks) == 4 and marks[2] >= marks[1]
    response = result.get("adapter_response") or {}
    rows = response.get("rows_affected")
    return NodeFinished(
        node=_node(node),
        dbt_status=str(result["status"]).lower(),
        started_ms=marks[0] if marks else None,
        at_ms=marks[-1] if marks else _milliseconds(info["ts"]),
        thread=result.get("thread") or None,
        message=result.get("message") or None,
        compile_ms=marks[1] - marks[0] if is_split else None,
        execute_ms=marks[3] - marks[2] if is_split else None,
        rows_affected=int(rows) if rows is not None and int(rows) >= 0 else None,
        query_id=response.get("query_id") or None,
        failures=result.get("num_failures") if node.get("resource_type") in _TESTS else None,
    )


def _node(info: Mapping[str, Any]) -> Node:
    relation = info.get("node_relation") or {}
    return Node(
        info["unique_id"],
        info["node_name"],
        info["resource_type"],
        relation.get("database") or None,
        relation.get("schema") or None,
    )


def _milliseconds(text: str) -> int:
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    aware = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return round(aware.timestamp() * 1000)
