"""`run-ledger process-csv`, `seal`, `verify` and `archive`."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Mapping
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

from dbt_run_ledger.command_line import Subparsers, add_command, json_of, session_of, warn
from dbt_run_ledger.errors import InputError, RunLedgerError
from dbt_run_ledger.processing_logs.archive import Archived, archive
from dbt_run_ledger.processing_logs.chain import Head
from dbt_run_ledger.processing_logs.csv_file import LARGEST_BYTES
from dbt_run_ledger.processing_logs.errors import SealingBusyError, WrittenTwiceError
from dbt_run_ledger.processing_logs.export import FORMATS
from dbt_run_ledger.processing_logs.policy import policy_from
from dbt_run_ledger.processing_logs.process import Run, process_csv
from dbt_run_ledger.processing_logs.seal import Sealed, seal
from dbt_run_ledger.processing_logs.verify import verify
from dbt_run_ledger.terminal import Progress, duration, table
from dbt_run_ledger.warehouses import Session

ROWS_FAILED = 4


def add_commands(subparsers: Subparsers) -> None:
    run = add_command(
        subparsers, "process-csv", _process, "apply a CSV file of users and log what changed"
    )
    run.add_argument("file", metavar="FILE", help="user_id,login_count,post_count in UTF-8")
    run.add_argument("--dry-run", action="store_true", help="do all of it and keep nothing")
    run.add_argument(
        "--again", action="store_true", help="even if the content was processed before"
    )
    run.add_argument("--execution-name", help="by default user-log-YYYYMMDD-HHMMSS, UTC")
    run.add_argument("--max-bytes", type=int, default=LARGEST_BYTES, metavar="N")
    run.add_argument("--no-seal", action="store_true", help="leave the digest to `run-ledger seal`")
    _add_witness(run, "append the head of the chain to this file")
    sealing = add_command(subparsers, "seal", _seal, "take digests of new rows and chain them up")
    _add_witness(sealing, "append the head of the chain to this file, on another machine")
    check = add_command(
        subparsers, "verify", _verify, "find rows that were edited, deleted or reordered"
    )
    _add_witness(check, "the file that `seal --witness` wrote")
    check.add_argument("--expect", metavar="NUMBER:HASH", help="a head that was written down")
    check.add_argument(
        "--exports", metavar="TARGET", action="append", default=[],
        help="folder or URL in which an archive has to be, or it is not believed; more than once",
    )  # fmt: skip
    move = add_command(
        subparsers, "archive", _archive, "move, export, roll up and remove months by the policy"
    )
    move.add_argument("--to", metavar="TARGET", help="folder or URL for the exported files")
    move.add_argument("--format", choices=FORMATS, help=f"of the exported files; {FORMATS[0]}")
    move.add_argument("--masked", action="store_true", help="export without users and metadata")
    move.add_argument("--today", metavar="YYYY-MM-DD", type=_day, help="act for that day")
    move.add_argument("--dry-run", action="store_true", help="say what would be done")
    _add_witness(move, "append the head of the chain to this file")


def _add_witness(command: ArgumentParser, summary: str) -> None:
    command.add_argument("--witness", metavar="FILE", help=summary)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"expected a day such as 2026-05-01, got {text!r}") from error


def _process(arguments: Namespace) -> int:
    _check_witness(arguments.witness)
    with (
        session_of(arguments) as session,
        Progress("processing", is_quiet=arguments.quiet or arguments.json) as progress,
    ):
        run, twice = _written(session, arguments)
        progress.advance(run.total_count)
        if not (arguments.dry_run or arguments.no_seal):
            _seal_quietly(session, run.execution_name, arguments.witness)
    if arguments.json:
        print(json_of(run.as_row()))
    else:
        would = "would write" if run.is_dry_run else "wrote"
        print(
            f"{run.execution_name} {would} {run.total_count} rows: {run.success_count} success, "
            f"{run.failed_count} failed, {run.skipped_count} skipped"
        )
    if twice:
        raise twice
    return ROWS_FAILED if run.failed_count else 0


def _written(session: Session, arguments: Namespace) -> tuple[Run, WrittenTwiceError | None]:
    """The run, and what has to be said once it is sealed and told."""
    try:
        run = process_csv(
            session.warehouse,
            session.place,
            arguments.file,
            execution_name=arguments.execution_name,
            again=arguments.again,
            is_dry_run=arguments.dry_run,
            policy=policy_from(session.settings).classes,
            largest_bytes=arguments.max_bytes,
            on_warning=warn,
        )
    except WrittenTwiceError as error:
        return error.run, error
    return run, None


def _seal_quietly(session: Session, execution_name: str, witness: str | None) -> None:
    """The run is written: what goes wrong from here on is no reason to say that it is not."""
    try:
        _keep(seal(session.warehouse, session.place, execution_name=execution_name), witness)
    except SealingBusyError as error:
        warn(str(error))
    except RunLedgerError as error:
        warn(f"{execution_name} is written and not sealed: {error} `run-ledger seal` does it.")


def _check_witness(witness: str | None) -> None:
    """Before anything is written, so that a wrong name costs nothing."""
    if witness:
        _add_line(witness, "")


def _add_line(witness: str, text: str) -> None:
    try:
        with Path(witness).open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise InputError(f"{witness}: cannot be written: {error.strerror}.") from error


def _keep(sealed: Sealed, witness: str | None) -> None:
    """A line more; the file is only ever added to, so that an old head stays."""
    if witness and sealed.head.entry_number:
        line = {
            "entry_number": sealed.head.entry_number,
            "entry_hash": sealed.head.entry_hash,
            "kept_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        }
        _add_line(witness, json.dumps(line) + "\n")


def _seal(arguments: Namespace) -> int:
    _check_witness(arguments.witness)
    with session_of(arguments) as session:
        sealed = seal(session.warehouse, session.place, policy=policy_from(session.settings))
    _keep(sealed, arguments.witness)
    head = f"{sealed.head.entry_number}:{sealed.head.entry_hash}"
    if arguments.json:
        print(json_of({"digests": sealed.digests, "entries": sealed.entries, "head": head}))
    else:
        print(f"{sealed.digests} digests taken, {sealed.entries} entries sealed, head {head}")
    return 0


def _heads(arguments: Namespace) -> list[Head]:
    heads: list[Head] = []
    try:
        if arguments.witness:
            lines = Path(arguments.witness).read_text(encoding="utf-8").splitlines()
            heads += [_head(json.loads(line)) for line in lines]
        if arguments.expect:
            number, _, digest = arguments.expect.partition(":")
            heads.append(_head({"entry_number": number, "entry_hash": digest}))
    except OSError as error:
        raise InputError(f"{arguments.witness}: cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            "verify: expected heads as `seal --witness` writes them or as NUMBER:HASH, got others."
        ) from error
    return sorted(heads, key=lambda head: head.entry_number)


def _head(found: Mapping[str, Any]) -> Head:
    return Head(int(found["entry_number"]), str(found["entry_hash"]))


def _verify(arguments: Namespace) -> int:
    heads = _heads(arguments)
    started = datetime.now(timezone.utc)
    with session_of(arguments, read_only=True) as session:
        report = verify(
            session.warehouse, session.place, heads, policy_from(session.settings),
            targets=arguments.exports,
        )  # fmt: skip
    seconds = (datetime.now(timezone.utc) - started).total_seconds()
    if arguments.json:
        print(json_of({**vars(report), "findings": [vars(each) for each in report.findings],
                       "head": vars(report.head)}))  # fmt: skip
        return 0 if report.is_proved else 1
    print(
        f"{report.rows} rows, {report.parts} digests and {report.entries} entries in "
        f"{duration(seconds)}; {report.unsealed_rows} rows, {report.unsealed_runs} runs and "
        f"{report.unsealed_digests} digests are not sealed yet"
    )
    if not heads:
        print("no head was given: somebody who can rebuild the whole chain is not found out")
    if report.findings:
        print(table([vars(each) for each in report.findings], ("kind", "where", "detail")))
        return 1
    print("everything is as it was sealed")
    return 0


def _archive(arguments: Namespace) -> int:
    if (arguments.masked or arguments.format) and not arguments.to:
        # Whoever asks for a file must not find the rows gone without one.
        raise InputError(
            "archive: expected a target for the export, got none. --masked and --format are about "
            "exported files: give --to."
        )
    _check_witness(arguments.witness)
    steps: list[Archived] = []

    def done(step: Archived) -> None:
        steps.append(step)
        progress.advance(step.rows)

    with (
        session_of(arguments) as session,
        Progress("archiving", is_quiet=arguments.quiet or arguments.json) as progress,
    ):
        archive(
            session.warehouse,
            session.place,
            policy_from(session.settings),
            to=arguments.to,
            requires_export=bool(
                session.settings.get("run_ledger_processing_logs_require_export", False)
            ),
            is_masked=arguments.masked,
            file_format=arguments.format or FORMATS[0],
            today=arguments.today,
            is_dry_run=arguments.dry_run,
            on_step=done,
        )
        if not arguments.dry_run and arguments.witness:
            _keep(seal(session.warehouse, session.place), arguments.witness)
    rows = [vars(step) for step in steps]
    columns = ("action", "month", "rows", "location")
    print(json_of(rows) if arguments.json else table(rows, columns) if rows else "nothing is due")
    return 0
