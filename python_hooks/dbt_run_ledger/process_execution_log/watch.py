"""What runs now, live: asked of the rows alone, so from any machine that reaches the warehouse."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TextIO

from dbt_run_ledger.command_line import as_json_value
from dbt_run_ledger.errors import BusyError, RunLedgerError
from dbt_run_ledger.process_execution_log.history import (
    RUNS,
    Usual,
    elapsed_seconds,
    standing_of,
    usual_of,
)
from dbt_run_ledger.process_execution_log.jobs import Job, Jobs
from dbt_run_ledger.terminal import LiveArea, bar, duration, shortened, table
from dbt_run_ledger.warehouses import Row, Session

# A step that takes this much longer than usual is marked.
SLOW_FACTOR = 1.5
SLOW_SECONDS = 5.0
# A warehouse that cannot be reached so many times in a row is not waited for any longer.
TRIES = 10


def snapshot(job: Job, usual: Usual) -> Row:
    """Everything that is shown of one job, as --json has it."""
    standing = standing_of(job, usual) if job.status == "RUNNING" else None
    remaining = standing.remaining_seconds if standing else None
    return {
        **job.summary(),
        "current_step": job.document.get("current_step"),
        "seconds_since_update": max((job.now - job.updated_at).total_seconds(), 0.0),
        "usual_seconds": usual.seconds,
        "done": standing.done if standing else None,
        "total": standing.total if standing else None,
        "counted": standing.what if standing else None,
        "remaining_seconds": remaining,
        "estimated_end_at": None
        if remaining is None
        else job.now + timedelta(seconds=round(remaining)),
        "running": [
            {
                "unique_id": step["unique_id"],
                "model_name": step["model_name"],
                "resource_type": step["resource_type"],
                "elapsed_seconds": elapsed_seconds(job, step),
                "usual_seconds": usual.steps.get(step["unique_id"]),
            }
            for step in job.steps
            if step["status"] == "RUNNING"
        ],
        "failures": [
            {key: step[key] for key in ("unique_id", "model_name", "resource_type", "error")}
            for step in job.steps
            if step["status"] == "ERROR"
        ],
    }


def lines_of(seen: Mapping[str, Any]) -> list[str]:
    """One job as a person sees it."""
    title = f"{seen['project_name']} {seen['command']} ({seen['target_name']})"
    elapsed = duration(seen["duration_seconds"])
    if seen["status"] != "RUNNING":
        silent = duration(seen["seconds_since_update"])
        return [
            f"{title}  {seen['status']}: no sign of life for {silent}, {seen['process_step_id']}"
        ]
    usually = f", usually {duration(seen['usual_seconds'])}" if seen["usual_seconds"] else ""
    lines = [f"{title}  running for {elapsed}{usually}", _progress_line(seen)]
    if seen["running"]:
        running = [
            {
                "running": step["model_name"],
                "for": duration(step["elapsed_seconds"]),
                "usually": duration(step["usual_seconds"]),
                " ": "slow" if _is_slow(step) else " ",
            }
            for step in seen["running"]
        ]
        text = table(running, ("running", "for", "usually", " "))
        lines += [f"  {line}" for line in text.splitlines()]
    return lines


def _progress_line(seen: Mapping[str, Any]) -> str:
    done, total = seen["done"], seen["total"]
    parts = [f"{done} of {total} {seen['counted']}" if total else f"{done} {seen['counted']}"]
    if seen["failures"]:
        parts.append(f"{len(seen['failures'])} failed")
    if seen["skipped_models"]:
        parts.append(f"{seen['skipped_models']} skipped")
    line = f"[{bar(done, total or 0)}] {', '.join(parts)}"
    if seen["remaining_seconds"] is not None:
        at = seen["estimated_end_at"].strftime("%H:%M:%S")
        line += f"; ends about {at} UTC, in {duration(seen['remaining_seconds'])}"
    return line


def _is_slow(step: Mapping[str, Any]) -> bool:
    elapsed, usual = step["elapsed_seconds"], step["usual_seconds"]
    return bool(elapsed and usual and elapsed > max(usual * SLOW_FACTOR, usual + SLOW_SECONDS))


def end_line(job: Job) -> str:
    error = f": {shortened(job.first_error, 100)}" if job.first_error else ""
    return f"{job.status}  {job.title} after {duration(job.seconds)}{error}"


@dataclass
class Watcher:
    """Looks, remembers what it has told, and tells what is new."""

    open_session: Callable[[], Session]
    # The one job to follow to its end; None: whatever runs.
    wanted: str | None = None
    _usual: dict[str, Usual] = field(default_factory=dict)
    _followed: dict[str, Job] = field(default_factory=dict)
    _told: set[tuple[str, str]] = field(default_factory=set)
    _session: Session | None = None

    def look(self) -> tuple[list[Row], list[Job]]:
        """The jobs that run, and those that have ended since the last look."""
        self._session = self._session or self.open_session()
        jobs = Jobs(self._session)
        try:
            running = [jobs.one(self.wanted)] if self.wanted else jobs.running()
            gone = self._followed.keys() - {job.id for job in running}
            ended = jobs.with_ids(sorted(gone), with_steps=False)
            if self.wanted and running[0].status != "RUNNING":
                ended, running = running, []
            self._followed = {job.id: job for job in running if job.status == "RUNNING"}
            return [snapshot(job, self._usual_of(jobs, job)) for job in running], ended
        finally:
            if self._session.profile.adapter == "duckdb":
                # Whoever reads the file keeps dbt out of it.
                self.close()

    def _usual_of(self, jobs: Jobs, job: Job) -> Usual:
        if job.id not in self._usual:
            earlier = [each.id for each in jobs.like(job, RUNS)]
            self._usual[job.id] = usual_of(jobs.with_ids(earlier))
        return self._usual[job.id]

    def new_failures(self, seen: Iterable[Mapping[str, Any]]) -> list[str]:
        lines = []
        for job in seen:
            for failure in job["failures"]:
                if (key := (job["process_step_id"], failure["unique_id"])) not in self._told:
                    self._told.add(key)
                    error = f": {shortened(failure['error'], 160)}" if failure["error"] else ""
                    lines.append(
                        f"ERROR  {failure['resource_type']} {failure['model_name']}{error}"
                    )
        return lines

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None


def watch(
    watcher: Watcher, *, interval: float, is_once: bool, is_json: bool, stream: TextIO | None = None
) -> int:
    """Until Ctrl-C, or until the job that is followed has ended: 0 when it succeeded, else 1."""
    stream = stream or sys.stdout
    area = LiveArea(stream)
    failed_tries = 0
    try:
        while True:
            seen: list[Row] = []
            ended: list[Job] = []
            problem = None
            try:
                seen, ended = watcher.look()
                failed_tries = 0
            except RunLedgerError as error:
                watcher.close()
                failed_tries += 1
                is_busy = isinstance(error, BusyError)
                if is_once or not error.is_retryable or (failed_tries > TRIES and not is_busy):
                    raise
                problem = str(error)
            if is_json:
                _write_json(stream, seen, ended, problem)
            else:
                news = watcher.new_failures(seen) + [end_line(job) for job in ended]
                area.show(_frame(seen, problem), news)
            if watcher.wanted and ended:
                return 0 if ended[0].status == "SUCCESS" else 1
            if is_once:
                return 0
            time.sleep(interval)
    except KeyboardInterrupt:
        return 0
    finally:
        area.close()
        watcher.close()


def _frame(seen: Sequence[Row], problem: str | None) -> list[str]:
    if problem:
        return [f"cannot look: {problem}"]
    lines = [line for job in seen for line in lines_of(job)]
    return lines or ["nothing is running"]


def _write_json(
    stream: TextIO, seen: Sequence[Row], ended: Sequence[Job], problem: str | None
) -> None:
    document = {"running": seen, "ended": [job.summary() for job in ended], "problem": problem}
    stream.write(json.dumps(document, ensure_ascii=False, default=as_json_value) + "\n")
    stream.flush()
