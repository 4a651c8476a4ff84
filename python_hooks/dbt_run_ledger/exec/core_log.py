"""dbt-core's log file as JSON: what happened in one invocation."""

from __future__ import annotations

import contextlib
import json
import time
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
# The clocks of a file system and of this process may differ by so much.
SLACK_SECONDS = 2.0
_TESTS = ("test", "unit_test")


@dataclass(frozen=True)
class LogMark:
    """Where the log ended before dbt began. It may be turned over into dbt.log.1 meanwhile."""

    path: Path
    file_number: int | None
    size: int
    taken_at: float

    @classmethod
    def of(cls, folder: Path) -> LogMark:
        path = folder / "dbt.log"
        try:
            found = path.stat()
        except OSError:
            return cls(path, None, 0, time.time())
        return cls(path, found.st_ino, found.st_size, time.time())

    def lines(self) -> Iterator[str]:
        """What was added since, oldest first."""
        turned_over = self.path.parent.glob(f"{self.path.name}.*")
        numbered = [each for each in turned_over if each.suffix[1:].isdigit()]
        newest_first = [self.path, *sorted(numbered, key=lambda each: int(each.suffix[1:]))]
        wanted: list[tuple[Path, int]] = []
        for path in newest_first:
            if not path.is_file():
                continue
            found = path.stat()
            is_marked = found.st_ino == self.file_number
            # Where there was no log, one turned over may be ours, but none that is older.
            if not is_marked and found.st_mtime < self.taken_at - SLACK_SECONDS:
                break
            wanted.append((path, self.size if is_marked else 0))
            if is_marked:
                break
        for path, offset in reversed(wanted):
            with path.open("rb") as file:
                # A log that somebody emptied is shorter than it was.
                file.seek(offset if offset <= path.stat().st_size else 0)
                for line in file:
                    yield line.decode(errors="replace")


def read(lines: Iterable[str], pid: int) -> Followed | None:
    """The invocation of this process; None where the log has none, as under dbt v2.

    Behind a program that starts dbt in its turn, the one invocation that began meanwhile: of several
    nobody can tell whose row it would be that is closed here.
    """
    events = list(_events(lines))
    beginnings = [each for each in events if each["info"]["name"] == "MainReportVersion"]
    # The beginning of a long log may be gone, turned over too often.
    ours = [each for each in events if each["info"].get("pid") == pid]
    if not ours and len(beginnings) == 1:
        ours = beginnings
    if not ours:
        return None
    followed = Followed(ours[0]["info"]["invocation_id"])
    own = [each for each in events if each["info"]["invocation_id"] == followed.invocation_id]
    for event in own:
        # A line that another version writes otherwise says nothing, and spoils no other.
        with contextlib.suppress(AttributeError, KeyError, TypeError, ValueError):
            _take_in(followed, event["info"], event["data"])
    # The hook has ended well in any case: it never fails the user's run.
    if any(END_NOT_WRITTEN in str(each["info"].get("msg")) for each in own):
        followed.has_closed = False
    return followed


def _events(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if line.startswith("{") and any(f'"name": "{name}"' in line for name in _NAMES):
            try:
                event = json.loads(line)
            except ValueError:
                # The last line of a dbt that was killed while it wrote it.
                continue
            if _is_event(event):
                yield event


def _is_event(event: object) -> bool:
    """Whether it has what every event has: a line of the log may hold anybody's JSON."""
    if not isinstance(event, dict):
        return False
    info, data = event.get("info"), event.get("data")
    if not (isinstance(info, dict) and isinstance(data, dict)):
        return False
    return isinstance(info.get("invocation_id"), str) and info.get("name") in _NAMES


def _take_in(followed: Followed, info: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    name = info["name"]
    node = data.get("node_info") or {}
    if name == "MainReportVersion":
        followed.dbt_version = str(data.get("version", "")).removeprefix("=") or None
    elif name == "NodeStart" and _is_step(node):
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
