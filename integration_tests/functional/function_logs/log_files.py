"""Log entries, the files they lie in, and what the metrics of them are, worked out in plain Python."""

from __future__ import annotations

import json
import math
import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

Row = dict[str, Any]
HOUR = timedelta(hours=1)
GAMMA = 1.01 / 0.99
# 30 hours ago, so that no run reaches the end of the horizon and alerts see the last day.
START = (
    datetime.now(timezone.utc).replace(tzinfo=None, minute=0, second=0, microsecond=0) - 30 * HOUR
)


@dataclass
class Entry:
    """One line: its fields, and the hour of the path that it is put into."""

    fields: Row
    path_hour: datetime
    is_garbage: bool = False

    @property
    def hour(self) -> datetime:
        """By the timestamp where that is within an hour of the path, else by the path."""
        text = self.fields.get("timestamp")
        if not text:
            return self.path_hour
        moment = datetime.fromisoformat(text.replace("Z", ""))
        event = moment.replace(minute=0, second=0, microsecond=0)
        return event if abs(event - self.path_hour) <= HOUR else self.path_hour


@dataclass
class LogFile:
    hour: datetime
    entries: list[Entry] = field(default_factory=list)
    name: str = field(default_factory=lambda: f"{uuid.uuid4()}.json")

    def copy(self) -> LogFile:
        """The same lines under another name: a replay."""
        return LogFile(self.hour, self.entries)

    def path(self, root: Path) -> Path:
        return root / f"{self.hour:YEAR=%Y/MONTH=%m/DAY=%d/HOUR=%H}" / self.name

    def write(self, root: Path) -> None:
        path = self.path(root)
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = ["{ broken" if e.is_garbage else json.dumps(e.fields) for e in self.entries]
        path.write_text("\n".join([*lines, ""]))


def entry(moment: datetime, function: str | None, **fields: Any) -> Row:
    return {
        "log_id": str(uuid.uuid4()),
        "function_name": function,
        "invocation_id": None,
        "level": "INFO",
        "message": "it's done",
        "timestamp": moment.isoformat(timespec="milliseconds") + "Z",
        "duration_ms": None,
        "status_code": None,
        "exception": None,
        "metadata": None,
        **fields,
    }


def invocation(rng: random.Random, hour: datetime, function: str, fail_share: float) -> list[Entry]:
    """Start, some words, and an end with duration and status; some without this or that."""
    start = hour + timedelta(milliseconds=rng.randrange(3_590_000))
    run = str(uuid.UUID(int=rng.getrandbits(128)))
    is_bad = rng.random() < fail_share
    error = {"type": "TimeoutError", "message": "took too long", "context": {"user_id": "U1"}}
    common = {"invocation_id": run, "metadata": {"environment": "prod", "correlation_id": run[:8]}}
    rows = [
        entry(start, function, **common),
        entry(start, function, level=rng.choice(["DEBUG", "INFO", "WARNING"]), **common),
        entry(
            start + timedelta(milliseconds=5),
            function,
            **common,
            level=rng.choice(["ERROR", "CRITICAL"]) if is_bad else "INFO",
            exception=error if is_bad else None,
            message="Timeout reached" if is_bad else "done",
            duration_ms=rng.choice(
                [0, 1, int(rng.lognormvariate(6, 1.3)), round(rng.lognormvariate(5, 1), 3)]
            ),
            status_code=504 if is_bad else 200,
        ),
    ]
    return [Entry(row, hour) for row in rows]


def files_of_hour(rng: random.Random, hour: datetime) -> list[LogFile]:
    """Three files: two functions that measure, one that never does, and odd lines."""
    found = []
    for number in range(3):
        file = LogFile(hour)
        for _ in range(10):
            file.entries += invocation(rng, hour, "chat_endpoint", 0.1)
        for _ in range(4):
            file.entries += invocation(rng, hour, "chat_stream", 0.0)
        moment = hour + timedelta(minutes=20 + number)
        file.entries += [
            Entry(entry(moment, "quiet"), hour),
            Entry(entry(moment, None, log_id=None, level="ERROR"), hour),
            # Written on the edge of the next hour, filed in this one.
            Entry(
                entry(hour + HOUR, "chat_stream", duration_ms=70, invocation_id=f"edge{number}"),
                hour,
            ),
            # A clock that is a day off, and a duration that is none: no whole number can hold it.
            Entry(entry(hour + 24 * HOUR, "lost_clock", duration_ms=1e20), hour),
            Entry({}, hour, is_garbage=True),
        ]
        rng.shuffle(file.entries)
        found.append(file)
    return found


def once(files: Iterable[LogFile]) -> list[Entry]:
    """Each log_id once an hour; lines without an id never were copies."""
    seen = set()
    kept = []
    for file in files:
        for each in file.entries:
            key = (each.fields.get("log_id"), each.hour)
            if each.is_garbage or (key[0] is not None and key in seen):
                continue
            seen.add(key)
            kept.append(each)
    return kept


def bucket_of(duration: float | None) -> int | None:
    if duration is None:
        return None
    return -10000 if duration <= 0 else math.ceil(math.log(duration) / math.log(GAMMA))


def level_of(fields: Row) -> str:
    level = str(fields["level"]).upper()
    return {"CRITICAL": "ERROR", "DEBUG": "INFO"}.get(level, level)


def expected_sketch(files: Iterable[LogFile]) -> dict[tuple[datetime, str, int], int]:
    counts: dict[tuple[datetime, str, int], int] = {}
    for each in once(files):
        bucket = bucket_of(each.fields["duration_ms"])
        if bucket is not None:
            key = (each.hour, each.fields["function_name"] or "unknown", bucket)
            counts[key] = counts.get(key, 0) + 1
    return counts


# What a longer duration counts as in a mean: no call takes three years.
LONGEST_MS = 1e11


def percentile(values: list[float], percent: int) -> float:
    """The value at the nearest rank, from above."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def period_of(hour: datetime, period: str) -> datetime:
    if period == "hour":
        return hour
    return hour.replace(day=1, hour=0) if period == "month" else hour.replace(hour=0)


def expected_metrics(files: Iterable[LogFile], period: str) -> dict[tuple[datetime, str], Row]:
    """Exact figures of each period and function."""
    groups: dict[tuple[datetime, str], list[Entry]] = {}
    for each in once(files):
        key = (period_of(each.hour, period), each.fields["function_name"] or "unknown")
        groups.setdefault(key, []).append(each)
    return {key: metrics(entries) for key, entries in groups.items()}


def metrics(entries: list[Entry]) -> Row:
    durations = [e.fields["duration_ms"] for e in entries if e.fields["duration_ms"] is not None]
    runs: dict[Any, bool] = {}
    for number, each in enumerate(entries):
        # An invocation counts once an hour.
        run = each.fields["invocation_id"] or each.fields["log_id"] or number
        key = (each.hour, run)
        runs[key] = runs.get(key, False) or level_of(each.fields) == "ERROR"
    levels = [level_of(each.fields) for each in entries]
    return {
        "total_invocations": len(runs),
        "errors": sum(runs.values()),
        "avg_duration_ms": (
            sum(min(each, LONGEST_MS) for each in durations) / len(durations) if durations else None
        ),
        **{
            f"p{p}_duration_ms": percentile(durations, p) if durations else None
            for p in (50, 95, 99)
        },
        "min_duration_ms": min(durations, default=None),
        "max_duration_ms": max(durations, default=None),
        "total_log_entries": len(entries),
        "error_log_entries": levels.count("ERROR"),
        "warning_log_entries": levels.count("WARNING"),
        "measured_entries": len(durations),
        "sla_violations": sum(each > 3000 for each in durations),
    }
