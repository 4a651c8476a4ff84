"""`run-ledger ingest-logs` and `run-ledger notify-alerts`."""

from __future__ import annotations

import os
from argparse import Namespace
from dataclasses import asdict
from datetime import datetime, timezone

from dbt_run_ledger.command_line import Subparsers, add_command, json_of, session_of, show
from dbt_run_ledger.errors import InputError
from dbt_run_ledger.terminal import Progress
from dbt_run_ledger.warehouses import Session

URL = "run_ledger_function_logs_url"
WEBHOOK = "RUN_LEDGER_WEBHOOK"
VIEW = "run_ledger__function_alert_windows"


def add_commands(subparsers: Subparsers) -> None:
    command = add_command(
        subparsers, "ingest-logs", ingest_logs, "load files of function logs, each once"
    )
    command.add_argument("url", nargs="?", help=f"a folder or a URL; without it, the setting {URL}")
    command.add_argument(
        "--since", metavar="HOUR", help="look at no older files: 2026-01-31, 2026-01-31T14, UTC"
    )
    command = add_command(
        subparsers, "notify-alerts", notify_alerts, "send open alert windows, each once"
    )
    command.add_argument(
        "--webhook", metavar="URL", help=f"where to send them; without it, {WEBHOOK}"
    )
    command.add_argument("--view", help=f"the model of windows, if not <target schema>.{VIEW}")
    command.add_argument(
        "--dry-run", action="store_true", help="print what would be sent, and send nothing"
    )


def ingest_logs(arguments: Namespace) -> int:
    from dbt_run_ledger.function_logs.loader import Loader, reads_in_place
    from dbt_run_ledger.function_logs.places import place_at

    since = _moment(arguments.since)
    with session_of(arguments) as session:
        url = arguments.url or session.settings.get(URL)
        if not url:
            raise InputError(f"ingest-logs: name a folder or a URL, or set {URL}.")
        logs = place_at(str(url))
        is_in_place = reads_in_place(session.warehouse, session.settings)
        loader = Loader(session.warehouse, session.place, is_in_place=is_in_place)
        with Progress("log files", is_quiet=arguments.quiet) as progress:
            loaded = loader.load(logs, since, progress.advance)
    if arguments.json:
        print(json_of(asdict(loaded)))
    else:
        print(
            f"{loaded.files} files: {loaded.entries} entries, {loaded.rejects} rejected lines; "
            f"{loaded.skipped_files} files were there already"
        )
    return 0


def notify_alerts(arguments: Namespace) -> int:
    from dbt_run_ledger.function_logs.alerts import Notifier, message_of, webhook

    url = arguments.webhook or os.environ.get(WEBHOOK)
    if not url and not arguments.dry_run:
        raise InputError(f"notify-alerts: name a --webhook or set {WEBHOOK}.")
    with session_of(arguments) as session:
        windows = arguments.view or _view(session)
        if arguments.dry_run or not url:
            rows = session.warehouse.query(f"select * from {windows} order by hour")
            show(rows, ("alert_name", "function_name", "hour", "measured", "threshold"), arguments)
            return 0
        told = Notifier(session.warehouse, session.place, windows).notify(webhook(url))
    for window in told:
        print(message_of(window))
    return 0


def _view(session: Session) -> str:
    schema = session.profile.settings.get("schema") or "main"
    return f"{schema}.{VIEW}"


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    for form in ("%Y-%m-%d", "%Y-%m-%dT%H", "%Y-%m-%d %H"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=timezone.utc)
        except ValueError:
            continue
    raise InputError(f"--since: expected a day or an hour like 2026-01-31T14, got {text!r}.")
