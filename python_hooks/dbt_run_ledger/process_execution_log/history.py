"""How long a job and its steps usually take, from earlier runs of it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

from dbt_run_ledger.process_execution_log.jobs import Job

# So many earlier runs say what is usual.
RUNS = 10


@dataclass(frozen=True)
class Usual:
    """Medians over earlier runs of a job."""

    # Of the runs that succeeded; None: there is none.
    seconds: float | None = None
    # unique_id -> seconds, of the steps that succeeded.
    steps: Mapping[str, float] = field(default_factory=dict)
    # How many steps the newest run that succeeded had; None: there is none.
    step_count: int | None = None


@dataclass(frozen=True)
class Standing:
    """How far a running job is."""

    done: int
    total: int | None
    # What `done` and `total` count.
    what: str
    # None: nothing is known that it could be computed from.
    remaining_seconds: float | None


def usual_of(earlier: Sequence[Job]) -> Usual:
    """From runs of one job, newest first, with their steps."""
    seconds_of: defaultdict[str, list[float]] = defaultdict(list)
    for job in earlier:
        for step in job.steps:
            if step["status"] in ("SUCCESS", "WARN") and step["duration_ms"] is not None:
                seconds_of[step["unique_id"]].append(step["duration_ms"] / 1000)
    succeeded = [job for job in earlier if job.status == "SUCCESS"]
    return Usual(
        seconds=median(job.seconds for job in succeeded) if succeeded else None,
        steps={unique_id: median(seconds) for unique_id, seconds in seconds_of.items()},
        step_count=len(succeeded[0].steps) if succeeded else None,
    )


def standing_of(job: Job, usual: Usual) -> Standing:
    counts = job.counts
    planned = counts.get("planned_models") or 0
    total: int | None
    if planned:
        done = counts.get("total_models", 0) - counts.get("running", 0)
        what, total = "models", max(planned, counts.get("total_models", 0))
    else:
        done = sum(step["status"] != "RUNNING" for step in job.steps)
        what = "steps"
        total = max(usual.step_count, len(job.steps)) if usual.step_count else None
    return Standing(done, total, what, _remaining(job, usual, done, total))


def _remaining(job: Job, usual: Usual, done: int, total: int | None) -> float | None:
    """The share of the usual work that is not done, in the usual time; else by the count."""
    if usual.seconds is not None:
        work = sum(usual.steps.values())
        did = sum(_work_done(job, step, usual.steps.get(step["unique_id"])) for step in job.steps)
        if job.steps and work:
            return usual.seconds * max(1 - did / work, 0.0)
        return max(usual.seconds - job.seconds, 0.0)
    if done and total:
        return job.seconds * (total - done) / done
    return None


def _work_done(job: Job, step: Mapping[str, Any], usual_seconds: float | None) -> float:
    if usual_seconds is None:
        return 0.0
    elapsed = elapsed_seconds(job, step) if step["status"] == "RUNNING" else None
    return usual_seconds if elapsed is None else min(elapsed, usual_seconds)


def elapsed_seconds(job: Job, step: Mapping[str, Any]) -> float | None:
    """For how long a step has been running, by the warehouse's clock."""
    if not step["start_time"]:
        return None
    return max((job.now - datetime.fromisoformat(step["start_time"])).total_seconds(), 0.0)
