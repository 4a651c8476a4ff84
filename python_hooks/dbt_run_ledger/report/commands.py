"""`run-ledger report`."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError, Namespace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from dbt_run_ledger.command_line import Subparsers, add_command, json_of, session_of
from dbt_run_ledger.terminal import size

DEFAULT_FILE = "run_ledger_report.html"
_AGO = re.compile(r"(\d{1,5})([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 168}


def add_commands(subparsers: Subparsers) -> None:
    report = add_command(subparsers, "report", write_report, "write what ran as one HTML page")
    report.add_argument(
        "--output", type=Path, default=Path(DEFAULT_FILE), metavar="FILE", help=DEFAULT_FILE
    )
    report.add_argument("--open", action="store_true", help="show it in the browser")
    report.add_argument("--job", metavar="KEY", help="only runs of the job with this key")
    report.add_argument(
        "--since",
        type=begin_of,
        default="30d",
        metavar="WHEN",
        help="a UTC date such as 2026-11-01, or 12h, 30d, 8w ago (30d)",
    )
    report.add_argument("--schema", help="where the package's models are, if not the target's")


def write_report(arguments: Namespace) -> int:
    from dbt_run_ledger.report.collect import collect
    from dbt_run_ledger.report.render import render
    from dbt_run_ledger.report.view import view
    from dbt_run_ledger.terminal import Progress

    with (
        session_of(arguments, read_only=True) as session,
        Progress("reading", is_quiet=arguments.quiet or arguments.json) as progress,
    ):
        found = collect(
            session,
            arguments.since,
            job_key=arguments.job,
            schema=arguments.schema,
            tell=lambda _: progress.advance(),
        )
    shown = view(found)
    page = render(shown)
    file = _write(arguments.output, page)
    if arguments.open:
        _open(file)
    runs = len(shown["data"]["runs"])
    if arguments.json:
        print(
            json_of(
                {
                    "file": str(file),
                    "runs": runs,
                    "missing": {name: said for name, said in shown["missing"].items() if said},
                }
            )
        )
    elif not arguments.quiet:
        print(f"{file}: {runs:,} runs, {size(len(page.encode()))}")
    return 0


def _write(output: Path, page: str) -> Path:
    from dbt_run_ledger.errors import InputError

    file = output.expanduser().resolve()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page, encoding="utf-8")
    except OSError as error:
        raise InputError(f"--output: {file} cannot be written: {error.strerror}.") from error
    return file


def _open(file: Path) -> None:
    import webbrowser

    from dbt_run_ledger.command_line import warn

    if not webbrowser.open(file.as_uri()):
        warn(f"no browser found here: open {file} yourself.")


def begin_of(text: str) -> datetime:
    """A UTC moment, without its zone as everywhere in the ledgers."""
    ago = _AGO.fullmatch(text.strip().lower())
    if ago:
        now = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
        return now - timedelta(hours=int(ago[1]) * _HOURS[ago[2]])
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(
            f"expected a date such as 2026-11-01, or 12h, 30d, 8w, got {text!r}"
        ) from error
    return moment.astimezone(timezone.utc).replace(tzinfo=None) if moment.tzinfo else moment
