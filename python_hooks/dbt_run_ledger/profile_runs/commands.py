"""`run-ledger profile`: dbt profiles, the ledger keeps, and this shows it."""

from __future__ import annotations

import uuid
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dbt_run_ledger.command_line import Subparsers, add_command, json_of, session_of, warn
from dbt_run_ledger.errors import InputError, LedgerMissingError
from dbt_run_ledger.profile_runs.driving import Done, ProfileFailedError, operation
from dbt_run_ledger.profile_runs.rendering import as_html, as_text
from dbt_run_ledger.redaction import redact
from dbt_run_ledger.terminal import Progress, printable, shortened
from dbt_run_ledger.warehouses import Session

_FACTS = (
    "run_id",
    "status",
    "started_at",
    "finished_at",
    "sample_rate",
    "error_code",
    "error_message",
)
_LONGEST_ERROR = 2000


def add_commands(subparsers: Subparsers) -> None:
    command = add_command(subparsers, "profile", profile, "profile tables and show what is in them")
    command.add_argument("relations", nargs="*", metavar="TABLE", help="a model, or schema.table")
    command.add_argument("--select", help="names, names with *, tag:x, package:x, path:x")
    command.add_argument("--exclude", help="the same for what to leave out")
    command.add_argument("--sample-rate", type=float, metavar="RATE", help="above 0, at most 1")
    command.add_argument("--seed", type=int, metavar="NUMBER", help="the seed of the sample")
    command.add_argument("--exact", action="store_true", default=None, help="no estimates")
    command.add_argument("--note", help="free text to keep with the run")
    command.add_argument("--html", type=Path, metavar="FILE", help="write a page, too")
    command.add_argument("--dbt", default="dbt", metavar="PROGRAM", help="dbt, if not on the path")


def profile(arguments: Namespace) -> int:
    if bool(arguments.relations) == bool(arguments.select):
        raise InputError("profile: expected tables or --select, one of the two.")
    if arguments.exclude and not arguments.select:
        raise InputError("profile: expected --exclude with --select, got it with tables.")
    if arguments.html and not arguments.html.absolute().parent.is_dir():
        raise InputError(
            f"--html: expected a file in a folder that is there, got {arguments.html}."
        )
    job_name = f"run-ledger-{uuid.uuid4()}"
    failures: list[str] = []
    with Progress(
        "profiling", total=len(arguments.relations) or None, is_quiet=arguments.quiet
    ) as progress:
        for call in _calls(arguments, job_name):
            try:
                for done in call:
                    progress.total = max(progress.total or 0, done.total)
                    progress.advance()
            except ProfileFailedError as error:
                failures.append(_recorded(arguments, job_name, error))
    with session_of(arguments, read_only=True) as session:
        found = _profiles(session, job_name)
    if arguments.html:
        _write(arguments.html, as_html(found))
    print(json_of(found) if arguments.json else as_text(found))
    for failure in failures:
        warn(shortened(printable(failure), _LONGEST_ERROR))
    return 1 if failures else 0


def _recorded(arguments: Namespace, job_name: str, failure: ProfileFailedError) -> str:
    """What dbt could not record is recorded now, so that no run stays open."""
    with session_of(arguments) as session:
        patterns = session.settings.get("run_ledger_redact_patterns") or ()
        text = redact(str(failure), patterns)[-_LONGEST_ERROR:]
        try:
            _close_open_runs(session, job_name, text)
        except LedgerMissingError as error:
            # dbt got no further than saying why.
            raise ProfileFailedError(printable(text)) from error
    return text


def _write(file: Path, page: str) -> None:
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(f"--html: {file} cannot be written: {error.strerror}.") from error


def _calls(arguments: Namespace, job_name: str) -> Iterator[Iterator[Done]]:
    """One call of dbt after the other, each with the tables that it is done with."""
    given = {
        "sample_rate": arguments.sample_rate,
        "sample_seed": arguments.seed,
        "exact": arguments.exact,
        "note": arguments.note,
        "job_name": job_name,
    }
    names = ("project_dir", "profiles_dir", "profile", "target", "vars")
    options = [
        part
        for name in names
        if (value := getattr(arguments, name))
        for part in (f"--{name.replace('_', '-')}", value)
    ]
    if arguments.select:
        more = {"select": arguments.select, "exclude": arguments.exclude}
        yield operation(arguments.dbt, "profile_models", {**given, **more}, options)
    for relation in arguments.relations:
        more = {"relation": relation}
        yield operation(arguments.dbt, "profile_table", {**given, **more}, options)


def _close_open_runs(session: Session, job_name: str, error: str) -> None:
    now = session.warehouse.now_utc
    session.warehouse.execute(
        f"update {session.place.table('profile_runs')} set status = 'FAILED', finished_at = {now}, "
        f"updated_at = {now}, error_code = 'DBT_FAILED', error_message = %s "
        "where job_name = %s and status = 'RUNNING'",
        (error, job_name),
    )


def _profiles(session: Session, job_name: str) -> list[dict[str, Any]]:
    """The runs of this call with their columns, in the order in which they ran."""
    runs, results = session.place.table("profile_runs"), session.place.table("profile_results")
    found: dict[str, dict[str, Any]] = {}
    for run in session.warehouse.query(
        f"select * from {runs} where job_name = %s order by started_at, run_id",
        (job_name,),
    ):
        table = ".".join(run[part] for part in ("target_db", "target_schema", "target_table"))
        facts = {name: run[name] for name in _FACTS}
        found[run["run_id"]] = {"table": table, **facts, "row_count": None, "columns": {}}
    for row in session.warehouse.query(
        f"select results.* from {results} as results inner join {runs} as runs "
        "on runs.run_id = results.run_id "
        "where runs.job_name = %s and runs.status = 'SUCCEEDED' order by results.column_name",
        (job_name,),
    ):
        _take(found[row["run_id"]], row)
    return [*found.values()]


def _take(profile: dict[str, Any], row: dict[str, Any]) -> None:
    name, number, text = row["metric_name"], row["value_num"], row["value_text"]
    if not row["column_name"]:
        profile[name] = number
        return
    metrics = profile["columns"].setdefault(row["column_name"], {})
    metrics[name] = text if number is None else number
    if text is not None and number is not None:
        metrics.setdefault("texts", {})[name] = text
