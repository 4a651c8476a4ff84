"""`run-ledger jobs`, `job`, `watch`, `notify` and `openlineage`."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError, Namespace

from dbt_run_ledger.command_line import (
    Subparsers,
    add_command,
    as_json_value,
    json_of,
    session_of,
    show,
)
from dbt_run_ledger.terminal import duration, printable, shortened, table

# How much of an error one line of a table shows.
ERROR_WIDTH = 100


def add_commands(subparsers: Subparsers) -> None:
    jobs = add_command(subparsers, "jobs", list_jobs, "list the newest jobs")
    jobs.add_argument("--limit", type=_positive, default=20, metavar="N", help="how many (20)")
    jobs.add_argument("--status", type=str.upper, help="only jobs that stand so, such as FAILED")
    jobs.add_argument("--job-key", metavar="KEY", help="only runs of this job")

    job = add_command(subparsers, "job", show_job, "show one job and its steps")
    job.add_argument("id", nargs="?", help="its id, or the beginning of it; the newest without one")

    watch = add_command(subparsers, "watch", watch_jobs, "watch what is running now")
    watch.add_argument("id", nargs="?", help="follow this job, and end with it: 0 for a success")
    watch.add_argument("--once", action="store_true", help="look once and end")
    watch.add_argument(
        "--interval", type=_seconds, default=1.0, metavar="SECONDS", help="between two looks (1)"
    )

    notify = add_command(subparsers, "notify", notify_of_job, "tell somebody how a job ended")
    notify.add_argument(
        "id", nargs="?", help="its id, or the beginning of it; the newest without one"
    )
    notify.add_argument("--command", metavar="COMMAND", help="gets the row as JSON on its input")
    notify.add_argument("--url", help="gets the row as JSON in a POST")
    notify.add_argument("--on", metavar="WHEN", help="failure, recovery, always (failure)")

    lineage = add_command(
        subparsers, "openlineage", show_openlineage, "write a job as OpenLineage events, one a line"
    )
    lineage.add_argument(
        "id", nargs="?", help="its id, or the beginning of it; the newest without one"
    )


def list_jobs(arguments: Namespace) -> int:
    from dbt_run_ledger.errors import InputError
    from dbt_run_ledger.process_execution_log.jobs import STATUSES, Jobs

    if arguments.status not in (None, *STATUSES):
        raise InputError(
            f"--status: expected one of {', '.join(STATUSES)}, got {arguments.status!r}."
        )
    is_filtered = bool(arguments.status or arguments.job_key)
    with session_of(arguments, read_only=True) as session:
        # LOST is read, not stored, and a job's key is inside a document: both are compared here.
        found = Jobs(session).newest(
            max(arguments.limit, 5_000) if is_filtered else arguments.limit
        )
    rows = [
        {**row, "duration": duration(row["duration_seconds"])}
        for row in (job.summary() for job in found)
        if arguments.status in (None, row["status"]) and arguments.job_key in (None, row["job_key"])
    ][: arguments.limit]
    if arguments.json:
        print(json_of(rows))
        return 0
    lines = [
        {
            **row,
            "started_utc": f"{row['started_at']:%Y-%m-%d %H:%M:%S}",
            "project": row["project_name"],
            "target": row["target_name"],
            "models": f"{row['completed_models']}/{row['total_models']}",
            "failed": row["failed_models"],
            "id": row["process_step_id"],
        }
        for row in rows
    ]
    columns = ("started_utc", "status", "duration", "project", "target", "command", "models")
    show(lines, (*columns, "failed", "id"), arguments)
    return 0


def show_job(arguments: Namespace) -> int:
    from dbt_run_ledger.process_execution_log.jobs import Jobs

    with session_of(arguments, read_only=True) as session:
        job = Jobs(session).one(arguments.id)
    if arguments.json:
        print(json_of({**job.row, "execution_status_name": job.status}))
        return 0
    summary, counts = job.summary(), job.counts
    ended = f"ended {job.ended_at:%Y-%m-%d %H:%M:%S}" if job.ended_at else "has not ended"
    print(f"{job.id}  {job.status}  {job.title}")
    print(f"started {job.started_at:%Y-%m-%d %H:%M:%S}, {ended} (UTC), {duration(job.seconds)}")
    print(f"job key {summary['job_key']}, dbt {job.facts.get('dbt_version')}")
    names = ("completed", "failed", "running", "skipped", "cancelled")
    parts = ", ".join(f"{counts.get(name, 0)} {name}" for name in names)
    print(f"models: {counts.get('total_models', 0)} ({parts})\n")
    steps = [
        {
            **step,
            "type": step["resource_type"],
            "step": step["model_name"],
            "started": (step["start_time"] or "-")[11:] or None,
            "seconds": None if step["duration_ms"] is None else step["duration_ms"] / 1000,
            "rows": step["rows_affected"],
            "error": shortened(step["error"], ERROR_WIDTH) if step["error"] else None,
        }
        for step in job.steps
    ]
    print(table(steps, ("status", "type", "step", "started", "seconds", "rows", "error")))
    for error in job.errors:
        if error.get("resource_type") == "job":
            print(f"\n{printable(error['message'])}")
    return 0


def watch_jobs(arguments: Namespace) -> int:
    from dbt_run_ledger.process_execution_log.watch import Watcher, watch

    watcher = Watcher(lambda: session_of(arguments, read_only=True), arguments.id)
    return watch(
        watcher, interval=arguments.interval, is_once=arguments.once, is_json=arguments.json
    )


def notify_of_job(arguments: Namespace) -> int:
    from dbt_run_ledger.errors import InputError
    from dbt_run_ledger.process_execution_log.jobs import Jobs
    from dbt_run_ledger.process_execution_log.notify import notice_from, notify

    notice = notice_from(command=arguments.command, url=arguments.url, when=arguments.on)
    if not notice.is_on:
        raise InputError(
            "notify: expected --command or --url (RUN_LEDGER_NOTIFY_COMMAND, RUN_LEDGER_NOTIFY_URL), "
            "got neither."
        )
    with session_of(arguments, read_only=True) as session:
        jobs = Jobs(session)
        job = jobs.one(arguments.id)
        event = notify(notice, jobs, job)
    if not arguments.quiet:
        print(
            f"{job.id} {job.status}: {f'told of the {event}' if event else 'nobody is to be told'}"
        )
    return 0


def show_openlineage(arguments: Namespace) -> int:
    from dbt_run_ledger.process_execution_log.jobs import Jobs
    from dbt_run_ledger.process_execution_log.openlineage import events_of, namespace_of

    with session_of(arguments, read_only=True) as session:
        events = events_of(Jobs(session).one(arguments.id), namespace_of(session.profile))
    if arguments.json:
        print(json_of(events))
    else:
        for event in events:
            print(json.dumps(event, ensure_ascii=False, default=as_json_value))
    return 0


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(f"expected a whole number of at least 1, got {text!r}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0.1 <= number <= 3600:
        raise ArgumentTypeError(f"expected seconds between 0.1 and 3600, got {text!r}")
    return number
