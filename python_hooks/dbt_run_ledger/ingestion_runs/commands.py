"""`run-ledger ingestion ...`: the state machine for shells and cron."""

from __future__ import annotations

import math
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from dbt_run_ledger.command_line import Subparsers, add_command, json_of, session_of, show
from dbt_run_ledger.errors import InputError
from dbt_run_ledger.ingestion_runs import rules
from dbt_run_ledger.ingestion_runs.client import IngestionRuns
from dbt_run_ledger.ingestion_runs.counting import BY_COUNTS, NAMES
from dbt_run_ledger.ingestion_runs.run import Run
from dbt_run_ledger.terminal import duration, table

LIST_COLUMNS = (
    *(
        "run_id",
        "status",
        "run_kind",
        "mode",
        "created_at",
        "started_at",
        "duration",
        "percent_done",
    ),
    *("success_count", "failed_count", "unprocessed_count"),
)
SHOWN_RUN = ("run_id", "status", "run_kind", "mode", "started_at", "finished_at", "duration")
SHOWN_MOVE = ("from_status", "to_status", "moved_at", "actor", "reason")
PAGE = 20


def add_commands(subparsers: Subparsers) -> None:
    summary = "register, move and look at ingestion runs"
    group = subparsers.add_parser("ingestion", help=summary, description=f"{summary.capitalize()}.")
    verbs = group.add_subparsers(title="commands", metavar="<command>", required=True)
    _describe(add_command(verbs, "queue", _queue, "queue a new run"), needs_kind=True)
    start = add_command(verbs, "start", _start, "start a queued run, or a new one with --kind")
    start.add_argument("run_id", nargs="?", help="a queued run")
    _describe(start, needs_kind=False)
    _add_actor(start)
    progress = add_command(verbs, "progress", _progress, "report the counts of a running run")
    progress.add_argument("run_id")
    _add_counts(progress)
    finish = add_command(
        verbs, "finish", _finish, "end a running run, by default as its counts say"
    )
    finish.add_argument("run_id")
    finish.add_argument("--status", default=BY_COUNTS, choices=rules.TERMINAL[:3])
    cancel = add_command(verbs, "cancel", _cancel, "end a queued or running run as cancelled")
    cancel.add_argument("run_id")
    for command in (finish, cancel):
        _add_counts(command)
        _add_actor(command)
        command.add_argument("--reason", help="why; kept in the audit without its secrets")
    rerun = add_command(verbs, "rerun", _rerun, "queue a new run that runs an ended one again")
    rerun.add_argument("run_id")
    _add_request(rerun)
    rerun.add_argument("--mode", choices=rules.MODES, help="by default that of the ended run")
    listed = add_command(verbs, "list", _list, "list runs, newest first")
    _add_filters(listed)
    shown = add_command(verbs, "show", _show, "show one run, its moves and what it runs again")
    shown.add_argument("run_id")
    sweep = add_command(verbs, "sweep", _sweep, "close runs as failed that have not ended in time")
    sweep.add_argument(
        "--minutes", type=float, help="by default run_ledger_ingestion_stuck_minutes"
    )


def _describe(command: ArgumentParser, *, needs_kind: bool) -> None:
    command.add_argument("--kind", required=needs_kind, help="such as official_ingestion")
    command.add_argument("--mode", choices=rules.MODES, default="manual")
    command.add_argument(
        "--target-type", action="append", metavar="TYPE", help="such as official; may be repeated"
    )
    command.add_argument("--run-id", dest="new_run_id", help="a UUID of your own")
    command.add_argument("--target-count", type=int, default=0, metavar="N")
    _add_request(command)


def _add_request(command: ArgumentParser) -> None:
    command.add_argument("--requested-by", metavar="NAME")
    command.add_argument("--trace-id", metavar="ID", help="by default a new one")
    command.add_argument("--event-key", metavar="KEY", help="the same key changes nothing again")


def _add_actor(command: ArgumentParser) -> None:
    command.add_argument("--actor", metavar="NAME", help="by default your user")
    if not any("--event-key" in action.option_strings for action in command._actions):
        command.add_argument(
            "--event-key", metavar="KEY", help="the same key changes nothing again"
        )


def _add_counts(command: ArgumentParser) -> None:
    for name in NAMES:
        # --target is dbt's.
        option = "--target-count" if name == "target" else f"--{name}"
        command.add_argument(option, type=int, dest=f"{name}_count", metavar="N")


def _add_filters(command: ArgumentParser) -> None:
    command.add_argument("--status", choices=rules.STATUSES)
    command.add_argument("--kind", dest="run_kind")
    command.add_argument("--mode", choices=rules.MODES)
    command.add_argument("--trace-id")
    command.add_argument("--requested-by")
    command.add_argument("--limit", type=int, default=PAGE, help=f"rows of a page ({PAGE})")
    command.add_argument("--page", type=int, default=1, help="which page, from 1")


@contextmanager
def _runs(arguments: Namespace, *, read_only: bool = False) -> Iterator[IngestionRuns]:
    with session_of(arguments, read_only=read_only) as session:
        yield IngestionRuns.from_session(session)


def _given(arguments: Namespace, names: Sequence[str]) -> dict[str, Any]:
    values = {name: getattr(arguments, name) for name in names}
    return {name: value for name, value in values.items() if value is not None}


def _counts(arguments: Namespace) -> Mapping[str, int]:
    given = _given(arguments, [f"{name}_count" for name in NAMES])
    return {name.removesuffix("_count"): value for name, value in given.items()}


def _new(arguments: Namespace) -> dict[str, Any]:
    if not arguments.target_type:
        raise InputError("--target-type: expected one or more, got none.")
    return {
        "mode": arguments.mode,
        "target_types": arguments.target_type,
        "target": arguments.target_count,
        "run_id": arguments.new_run_id,
        **_given(arguments, ("requested_by", "trace_id", "event_key")),
    }


def _queue(arguments: Namespace) -> int:
    with _runs(arguments) as runs:
        return _say(runs.queue(arguments.kind, **_new(arguments)), arguments)


def _start(arguments: Namespace) -> int:
    if bool(arguments.run_id) == bool(arguments.kind):
        raise InputError("start: expected a run_id or --kind, and not both.")
    with _runs(arguments) as runs:
        if arguments.kind:
            return _say(runs.start(arguments.kind, **_new(arguments)), arguments)
        options = _given(arguments, ("actor", "event_key"))
        return _say(runs.running(arguments.run_id, **options), arguments)


def _progress(arguments: Namespace) -> int:
    with _runs(arguments) as runs:
        return _say(runs.progress(arguments.run_id, _counts(arguments)), arguments)


def _finish(arguments: Namespace) -> int:
    return _end(arguments, arguments.status)


def _cancel(arguments: Namespace) -> int:
    return _end(arguments, rules.CANCELLED)


def _end(arguments: Namespace, status: str) -> int:
    options = _given(arguments, ("actor", "event_key", "reason"))
    with _runs(arguments) as runs:
        ended = runs.finish(arguments.run_id, _counts(arguments), status=status, **options)
        return _say(ended, arguments)


def _rerun(arguments: Namespace) -> int:
    options = _given(arguments, ("mode", "requested_by", "trace_id", "event_key"))
    with _runs(arguments) as runs:
        return _say(runs.rerun(arguments.run_id, **options), arguments)


def _sweep(arguments: Namespace) -> int:
    if arguments.minutes is not None and not math.isfinite(arguments.minutes):
        raise InputError(f"sweep: expected --minutes as a number, got {arguments.minutes}.")
    with session_of(arguments) as session:
        minutes = arguments.minutes
        if minutes is None:
            minutes = session.settings.get(
                "run_ledger_ingestion_stuck_minutes", rules.STUCK_MINUTES
            )
        closed = IngestionRuns.from_session(session).sweep(float(minutes))
        show([_row(run) for run in closed], LIST_COLUMNS, arguments)
    return 0


def _list(arguments: Namespace) -> int:
    if arguments.page < 1 or arguments.limit < 1:
        raise InputError("list: expected --page and --limit of at least 1.")
    filters = _given(arguments, ("status", "run_kind", "mode", "trace_id", "requested_by"))
    with _runs(arguments, read_only=True) as runs:
        offset = (arguments.page - 1) * arguments.limit
        # One more tells whether there is another page.
        found = runs.history(limit=arguments.limit + 1, offset=offset, **filters)
    show([_row(run) for run in found[: arguments.limit]], LIST_COLUMNS, arguments)
    if len(found) > arguments.limit and not arguments.json:
        print(f"more with --page {arguments.page + 1}")
    return 0


def _show(arguments: Namespace) -> int:
    with _runs(arguments, read_only=True) as runs:
        run = runs.get(arguments.run_id)
        moves = [vars(each) for each in runs.transitions(run.run_id)]
        chain = runs.chain(run.run_id)
        decision = runs.rerun_decision(run.run_id)
    if arguments.json:
        document = {
            "run": _row(run),
            "transitions": moves,
            "chain": [each.run_id for each in chain],
        }
        print(json_of(document | {"rerun_decision": vars(decision)}))
        return 0
    print(table([_row(each) for each in chain], SHOWN_RUN))
    counts = ", ".join(f"{name} {getattr(run.counts, name)}" for name in NAMES)
    print(f"\ncounts: {counts}\ntrace: {run.trace_id}, requested by: {run.requested_by or '-'}")
    print(f"run again: {'yes' if decision.can_rerun else 'no'}, {decision.reason}\n")
    print(table(moves, SHOWN_MOVE))
    return 0


def _row(run: Run) -> dict[str, Any]:
    seconds = None
    if run.started_at and run.finished_at:
        seconds = (run.finished_at - run.started_at).total_seconds()
    return run.as_row() | {"percent_done": run.percent_done, "duration": duration(seconds)}


def _say(run: Run, arguments: Namespace) -> int:
    """The id alone goes to standard output, for `id=$(run-ledger ingestion queue ...)`."""
    print(json_of(_row(run)) if arguments.json else run.run_id)
    return 0
