"""The steps of jobs: which of them made a job last, how busy its threads were, which grow slower."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Any

from dbt_run_ledger.process_execution_log.jobs import Job

# A step counts as the cause of another that began within this time after its end.
HANDOVER_SECONDS = 1.0
# A model has grown slower when its newest runs are so far above those before.
NEWEST_RUNS = 3
LEAST_EARLIER_RUNS = 4
SLOWER_RATIO = 1.5
SLOWER_MS = 200
MOST_STEPS = 400
MOST_MODELS = 300


def timeline(job: Job) -> dict[str, Any]:
    """The steps of one job as bars on its threads, with its critical path."""
    bars = sorted(
        (bar for step in job.steps if (bar := _bar(job, step))), key=lambda bar: bar["from"]
    )[:MOST_STEPS]
    for bar in critical_path(bars):
        bar["is_critical"] = True
    threads = sorted({bar["thread"] for bar in bars})
    busy = sum(bar["to"] - bar["from"] for bar in bars)
    length = max((bar["to"] for bar in bars), default=0.0) - min(
        (bar["from"] for bar in bars), default=0.0
    )
    return {
        "id": job.id,
        "title": job.title,
        "started": f"{job.started_at:%Y-%m-%d %H:%M:%S}",
        "status": job.status,
        "seconds": round(job.seconds, 3),
        "bars": bars,
        "threads": len(threads),
        "use": round(busy / (len(threads) * length), 4) if threads and length else None,
        "critical": [bar["name"] for bar in bars if bar["is_critical"]],
        "critical_seconds": round(
            sum(bar["to"] - bar["from"] for bar in bars if bar["is_critical"]), 3
        ),
        "is_cut": len(job.steps) > MOST_STEPS,
    }


def _bar(job: Job, step: Mapping[str, Any]) -> dict[str, Any] | None:
    if not step.get("start_time"):
        return None
    begin = (datetime.fromisoformat(step["start_time"]) - job.started_at).total_seconds()
    ended = step.get("end_time")
    end = datetime.fromisoformat(ended) if ended else job.ended_at or job.now
    return {
        "name": step["model_name"],
        "type": step.get("resource_type") or "model",
        "status": step["status"],
        "from": round(max(begin, 0.0), 3),
        "to": round(max((end - job.started_at).total_seconds(), begin, 0.0), 3),
        "wait_ms": step.get("wait_ms"),
        "thread": step.get("thread") or "",
        "rows": step.get("rows_affected"),
        "is_critical": False,
    }


def critical_path(bars: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Backwards from the step that ended last: what ended just before it could begin, and so on.

    The ledger keeps times and not the graph, so this is the chain that was waited for, whether
    for its result or for its thread.
    """
    if not bars:
        return []
    path = [max(bars, key=lambda bar: bar["to"])]
    while True:
        begin = path[-1]["from"]
        before = [
            bar
            for bar in bars
            if bar["from"] < begin and begin - HANDOVER_SECONDS <= bar["to"] <= begin
        ]
        if not before:
            return path[::-1]
        path.append(max(before, key=lambda bar: bar["to"]))


def model_trends(jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """Per target and step: its durations, oldest first, the slowest in sum first. Jobs come newest first."""
    found: defaultdict[tuple[str, str, str], list[tuple[str, float, str]]] = defaultdict(list)
    for job in reversed(jobs):
        target = str(job.facts.get("target_name") or "")
        for step in job.steps:
            if step.get("duration_ms") is not None and step.get("start_time"):
                key = (target, step.get("resource_type") or "model", step["model_name"])
                found[key].append((step["start_time"][:19], step["duration_ms"], step["status"]))
    trends = [_trend(*key, runs) for key, runs in found.items()]
    trends.sort(key=lambda each: (not each["is_regressed"], -each["total_ms"]))
    return trends[:MOST_MODELS]


def _trend(
    target: str, kind: str, name: str, runs: Sequence[tuple[str, float, str]]
) -> dict[str, Any]:
    ended = [run for run in runs if run[2] in ("SUCCESS", "WARN")]
    newest = [run[1] for run in ended[-NEWEST_RUNS:]]
    earlier = [run[1] for run in ended[:-NEWEST_RUNS]]
    usual = median(earlier) if len(earlier) >= LEAST_EARLIER_RUNS else None
    now = median(newest) if newest else None
    change = now / usual - 1 if now is not None and usual else None
    return {
        "name": name,
        "type": kind,
        "target": target,
        "runs": len(runs),
        "failures": sum(run[2] == "ERROR" for run in runs),
        "last_status": runs[-1][2],
        "median_ms": now,
        "usual_ms": usual,
        "change": None if change is None else round(change, 4),
        "is_regressed": bool(
            now is not None and usual and now >= usual * SLOWER_RATIO and now - usual >= SLOWER_MS
        ),
        "total_ms": sum(run[1] for run in runs),
        "at": [run[0] for run in runs],
        "ms": [run[1] for run in runs],
        "status": [run[2] for run in runs],
    }
