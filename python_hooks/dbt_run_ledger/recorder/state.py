"""What happened in one job: node events in, the documents of its row out. Pure and single-threaded.

The documents have the keys that the macros ``job_counts``, ``job_document`` and ``job_steps``
write; a test holds the two together. A step that has ended never changes, and nothing changes once
the job has.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

JobStatus = Literal["RUNNING", "SUCCESS", "FAILED", "CANCELLED"]
Row = dict[str, Any]

# The ledger's word for each node status of dbt, as in the macro step_statuses(): a word that is
# not here must not read as a success.
STEP_STATUSES = {
    "success": "SUCCESS",
    "pass": "SUCCESS",
    "reused": "SUCCESS",
    "error": "ERROR",
    "fail": "ERROR",
    "runtime error": "ERROR",
    "partial success": "ERROR",
    "warn": "WARN",
    "skipped": "SKIPPED",
    "no-op": "SKIPPED",
}
SUMMARY_WORDS = ("success", "error", "running", "skipped", "warn", "cancelled")
CLOSING_STEPS = {"SUCCESS": "JOB_COMPLETED", "FAILED": "JOB_FAILED", "CANCELLED": "JOB_CANCELLED"}
# Many errors share the room that one row has for text, as in the macro job_errors().
ROOM_FOR_ERRORS = 1_000_000

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive UTC, as the ledger stores it


@dataclass(frozen=True, slots=True)
class Node:
    """What is built or tested."""

    unique_id: str
    model_name: str
    resource_type: str
    database: str | None = None
    schema: str | None = None


@dataclass(frozen=True, slots=True)
class NodeStarted:
    """dbt took a node up; times are milliseconds since 1970 by the client's clock."""

    node: Node
    at_ms: int
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class NodeFinished:
    """dbt is done with a node, which it may have skipped. message: redacted by whoever sends it."""

    node: Node
    dbt_status: str
    started_ms: int | None
    at_ms: int
    thread: str | None = None
    message: str | None = None
    compile_ms: int | None = None
    execute_ms: int | None = None
    rows_affected: int | None = None
    query_id: str | None = None
    failures: int | None = None


@dataclass(frozen=True, slots=True)
class NodeCancelled:
    """dbt cut off what a node was doing, which then reports an error as if it had failed."""

    unique_id: str


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Ctrl-C: from now on dbt cuts nodes off, and not each of them is named."""


NodeEvent = NodeStarted | NodeFinished | NodeCancelled | Interrupted


@dataclass(slots=True)
class Step:
    """One element of models[]."""

    node: Node
    thread: str | None = None
    status: str = "RUNNING"
    started_ms: int | None = None
    ended_ms: int | None = None
    result: NodeFinished | None = None
    was_cut_off: bool = False
    # The JSON text of a step that has ended, and the room for its error that it was made for.
    _text: str = ""
    _text_room: int = -1

    @property
    def error(self) -> str | None:
        if self.result is None or self.status not in ("ERROR", "WARN"):
            return None
        return self.result.message or self.result.dbt_status

    @property
    def is_well(self) -> bool:
        return self.status in ("SUCCESS", "SKIPPED")

    def finish(self, event: NodeFinished) -> None:
        self.result = event
        self.status = STEP_STATUSES.get(event.dbt_status, "ERROR")
        self.thread = event.thread or self.thread
        if self.status == "SKIPPED":
            self.started_ms = None
        else:
            known = event.started_ms if event.started_ms is not None else self.started_ms
            self.started_ms = event.at_ms if known is None else known
            self.ended_ms = max(event.at_ms, self.started_ms)

    def cancel(self) -> None:
        """At the end of a job that was cancelled: a step that ran, or failed because of that."""
        if self.status == "RUNNING" or (self.was_cut_off and self.status == "ERROR"):
            self.status, self.ended_ms, self.result = "CANCELLED", None, None

    def document(self, offset_ms: int, room: int) -> Row:
        has_ended = self.started_ms is not None and self.ended_ms is not None
        duration_ms = self.ended_ms - self.started_ms if has_ended else None  # type: ignore[operator]
        result = self.result
        return {
            "model_name": self.node.model_name,
            "database": self.node.database,
            "schema": self.node.schema,
            "status": self.status,
            "start_time": time_text(self.started_ms, offset_ms),
            "end_time": time_text(self.ended_ms, offset_ms),
            "duration_seconds": None if duration_ms is None else duration_ms // 1000,
            "error": shortened(self.error, room),
            "unique_id": self.node.unique_id,
            "resource_type": self.node.resource_type,
            "thread": self.thread,
            "duration_ms": duration_ms,
            # Only the end of the job knows the graph, and so for how long a step could have run.
            "wait_ms": None,
            "compile_ms": result.compile_ms if result else None,
            "execute_ms": result.execute_ms if result else None,
            "rows_affected": result.rows_affected if result else None,
            "query_id": result.query_id if result else None,
            "failures": result.failures if result else None,
            "dbt_status": result.dbt_status if result else None,
        }

    def text(self, offset_ms: int, room: int) -> str:
        """The document as JSON. Kept once the step has ended: a long job has thousands."""
        if self.result is None:
            return json.dumps(self.document(offset_ms, room))
        if self._text_room != room:
            self._text, self._text_room = json.dumps(self.document(offset_ms, room)), room
        return self._text


@dataclass
class JobState:
    """The row of one job as far as it is known here."""

    planned_models: int | None = None
    # By how much the warehouse's clock is ahead of the client's, whose times the events carry.
    offset_ms: int = 0
    max_error_chars: int = 4000
    room_for_errors: int = ROOM_FOR_ERRORS
    status: JobStatus = "RUNNING"
    current_step: str = "JOB_STARTED"
    _steps: dict[str, Step] = field(default_factory=dict)
    _job_errors: list[Row] = field(default_factory=list)
    _is_interrupted: bool = False

    @property
    def is_terminal(self) -> bool:
        return self.status != "RUNNING"

    def apply(self, event: NodeEvent) -> bool:
        """Take an event in; whether anything changed."""
        if self.is_terminal:
            return False
        if isinstance(event, Interrupted):
            self._is_interrupted = True
            return False
        if isinstance(event, NodeCancelled):
            cut_off = self._steps.get(event.unique_id)
            if cut_off is not None:
                cut_off.was_cut_off = True
            return False
        node = event.node
        step = self._steps.get(node.unique_id)
        if step is not None and (step.result is not None or isinstance(event, NodeStarted)):
            return False
        if step is None:
            step = self._steps[node.unique_id] = Step(node)
        if isinstance(event, NodeStarted):
            step.started_ms, step.thread = event.at_ms, event.thread
            word = "STARTED"
        else:
            step.finish(event)
            step.was_cut_off = step.was_cut_off or self._is_interrupted
            word = "COMPLETED"
        self.current_step = f"{node.resource_type.upper()}_{word}:{node.model_name}"
        return True

    def close(self, status: JobStatus, message: str | None = None) -> bool:
        """End the job. Steps stay as they stand; those that run or were cut off are CANCELLED.

        A message becomes an error of the job itself. Only the first end counts.
        """
        if self.is_terminal or status == "RUNNING":
            return False
        for step in self._steps.values():
            step.cancel()
        if message is not None:
            self._job_errors.append(
                {
                    "unique_id": None,
                    "model_name": None,
                    "resource_type": "job",
                    "status": status.lower(),
                    "message": shortened(message, self.max_error_chars),
                }
            )
        self.status = status
        self.current_step = CLOSING_STEPS[status]
        return True

    def counts(self) -> Row:
        """DESTINATION_DATA_CNT_OBJ: the models among the steps."""
        models = self._counter("model")
        return {
            "total_models": models.total(),
            "completed": models["SUCCESS"] + models["WARN"],
            "failed": models["ERROR"],
            "running": models["RUNNING"],
            "skipped": models["SKIPPED"],
            "cancelled": models["CANCELLED"],
            "planned_models": self.planned_models,
        }

    def summary(self) -> Row:
        """How many steps of any kind stand in each status."""
        every = self._counter(None)
        return {"total": every.total(), **{word: every[word.upper()] for word in SUMMARY_WORDS}}

    def document_text(self, limit: int | None = None) -> str:
        """STEP_EXECUTION_OBJ as JSON; steps in start order, those that never started last.

        Where they do not fit into ``limit`` characters, steps that went well are left out, the
        oldest first, and ``omitted_steps`` counts them.
        """
        room = self._room_for_an_error()
        steps = self._in_order()
        texts = [step.text(self.offset_ms, room) for step in steps]
        head: Row = {"current_step": self.current_step, "summary": self.summary()}
        if limit is not None and sum(map(len, texts)) > limit:
            kept = _that_fit([step.is_well for step in steps], texts, limit)
            head["omitted_steps"] = len(texts) - len(kept)
            texts = kept
        return f'{json.dumps(head)[:-1]}, "models": [{", ".join(texts)}]}}'

    def document(self) -> Row:
        document: Row = json.loads(self.document_text())
        return document

    def errors(self) -> list[Row]:
        """ERROR_MESSAGE_OBJ: one object per failed step, then those of the job itself."""
        room = self._room_for_an_error()
        failed = [
            {
                "unique_id": step.node.unique_id,
                "model_name": step.node.model_name,
                "resource_type": step.node.resource_type,
                "status": step.result.dbt_status if step.result else None,
                "message": shortened(step.error, room),
            }
            for step in self._in_order()
            if step.status == "ERROR"
        ]
        return failed + self._job_errors

    @property
    def has_errors(self) -> bool:
        return bool(self._job_errors) or self._counter(None)["ERROR"] > 0

    @property
    def has_steps(self) -> bool:
        return bool(self._steps)

    def _counter(self, resource_type: str | None) -> Counter[str]:
        return Counter(
            step.status
            for step in self._steps.values()
            if resource_type in (None, step.node.resource_type)
        )

    def _in_order(self) -> list[Step]:
        started = [step for step in self._steps.values() if step.started_ms is not None]
        waiting = [step for step in self._steps.values() if step.started_ms is None]
        return [*sorted(started, key=lambda step: step.started_ms or 0), *waiting]

    def _room_for_an_error(self) -> int:
        errors = sum(1 for step in self._steps.values() if step.status in ("ERROR", "WARN"))
        return min(self.max_error_chars, self.room_for_errors // max(1, errors))


def _that_fit(is_well: list[bool], texts: list[str], limit: int) -> list[str]:
    """The texts that fit, in their order: first those that did not go well, then the newest."""
    numbers = range(len(texts))
    kept, length = set(), 0
    for number in sorted(numbers, key=lambda each: (is_well[each], -each)):
        length += len(texts[number])
        if length > limit:
            break
        kept.add(number)
    return [texts[number] for number in numbers if number in kept]


def time_text(at_ms: int | None, offset_ms: int = 0) -> str | None:
    """A moment as the JSON documents carry it: YYYY-MM-DD HH24:MI:SS.FF3, UTC."""
    if at_ms is None:
        return None
    moment = _EPOCH + timedelta(milliseconds=at_ms + offset_ms)
    return moment.isoformat(sep=" ", timespec="milliseconds")


def shortened(text: str | None, length: int) -> str | None:
    """Text cut to a length; what was cut is counted at its end."""
    if text is None or len(text) <= length:
        return text
    return f"{text[:length]} ... ({len(text) - length} more characters)"
