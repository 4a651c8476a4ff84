"""Apply a CSV file of users as one run: all of it or nothing, and a log row for each value."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from dbt_run_ledger.errors import ConflictError, ConstraintError, InputError, RunLedgerError
from dbt_run_ledger.processing_logs import run_statements
from dbt_run_ledger.processing_logs.csv_file import LARGEST_BYTES, CsvFile, read_csv
from dbt_run_ledger.processing_logs.errors import (
    AlreadyProcessedError,
    CsvFileError,
    WrittenTwiceError,
)
from dbt_run_ledger.warehouses import Place, Row, Warehouse

# Two runs that add values of one new user at once: the second starts over and finds them.
ATTEMPTS = 3
# The rows go to Snowflake inside the statement, which may have 1 MB.
MOST_LINES = {"snowflake": 10_000}
# Seconds among which a run looks for a name that no run has: usually the first one is free.
SECONDS = (10, 3_600)


@dataclass(frozen=True)
class Run:
    """What a run wrote, or with is_dry_run would have written."""

    execution_name: str
    source_file: str
    content_sha256: str
    file_rows: int
    total_count: int
    success_count: int
    failed_count: int
    skipped_count: int
    is_repeat: bool
    is_dry_run: bool

    def as_row(self) -> dict[str, Any]:
        return asdict(self)


class _DryRunEnd(Exception):  # noqa: N818 - not an error
    """Ends the transaction of a dry run, so that nothing of it stays."""


def process_csv(
    warehouse: Warehouse,
    place: Place,
    path: str | Path,
    *,
    execution_name: str | None = None,
    again: bool = False,
    is_dry_run: bool = False,
    policy: Mapping[str, Any] | None = None,
    largest_bytes: int = LARGEST_BYTES,
    on_warning: Callable[[str], None] = warnings.warn,
) -> Run:
    """The counts of the run. `policy`: the retention classes; a status with a class of its own
    gives its rows that class. `on_warning`: told what is unknown of a run that is written."""
    if execution_name is not None:
        _check_execution_name(execution_name)
    file = read_csv(path, largest_bytes)
    most = MOST_LINES.get(warehouse.name, len(file))
    if len(file) > most:
        raise CsvFileError(
            f"{file.name}: expected at most {most:,} users on {warehouse.name}, "
            f"got {len(file):,}. Split the file."
        )
    classes = [name for name in ("success", "failed", "skipped") if name in (policy or {})]

    def attempt() -> tuple[Run, run_statements.RunOf]:
        return _run(warehouse, place, file, execution_name, again, is_dry_run, classes)

    run, asked = _with_retries(attempt)
    if warehouse.name == "snowflake" and not is_dry_run:
        _tell_of_another(warehouse, place, asked, run, on_warning)
    return run


def _check_execution_name(name: str) -> None:
    most = run_statements.LONGEST_NAME
    if not 0 < len(name) <= most:
        raise InputError(f"execution_name: expected 1 to {most} characters, got {len(name)}.")
    # Of bytes that are no UTF-8 Python makes lone surrogates; no warehouse takes them, nor a NUL.
    shown = name.encode(errors="backslashreplace").decode()
    if shown != name or "\0" in name:
        raise InputError(f"execution_name: expected UTF-8 without a NUL character, got {shown!r}.")


def _with_retries(
    attempt: Callable[[], tuple[Run, run_statements.RunOf]],
) -> tuple[Run, run_statements.RunOf]:
    for _ in range(ATTEMPTS - 1):
        try:
            return attempt()
        except (ConflictError, ConstraintError) as error:
            if "no partition" in str(error):
                raise ConstraintError(
                    "processing_logs has no month for the present day. "
                    "`dbt run-operation create_processing_log_months` makes the months ahead."
                ) from error
    return attempt()


def _run(
    warehouse: Warehouse,
    place: Place,
    file: CsvFile,
    given: str | None,
    again: bool,
    is_dry_run: bool,
    classes: Sequence[str],
) -> tuple[Run, run_statements.RunOf]:
    """Under the given name, or that of the present second, or of the next one that is free."""
    now = datetime.now(timezone.utc)
    for seconds in SECONDS:
        names = [given] if given else [_of(now + timedelta(seconds=n)) for n in range(seconds)]
        asked = run_statements.RunOf(names, file, again, classes)
        done = _in_transaction(warehouse, place, asked, is_dry_run)
        if done is not None:
            counts = {f"{each}_count": done[f"{each}_count"] for each in run_statements.COUNTED}
            run = Run(
                done["execution_name"], file.name, file.sha256, file.rows, **counts,
                is_repeat=done["is_repeat"], is_dry_run=is_dry_run,
            )  # fmt: skip
            return run, asked
        _refuse_content(run_statements.runs(warehouse, place, asked), asked)
    raise InputError(f"execution_name: expected a new name, got {given!r}, which a run has.")


def _in_transaction(
    warehouse: Warehouse, place: Place, asked: run_statements.RunOf, is_dry_run: bool
) -> Row | None:
    if warehouse.name == "postgres" and not is_dry_run:
        # A text is a transaction, and begin and commit would be two more round trips.
        return run_statements.run(warehouse, place, asked)
    done: Row | None = None
    try:
        with warehouse.transaction():
            done = run_statements.run(warehouse, place, asked)
            if is_dry_run:
                raise _DryRunEnd
    except _DryRunEnd:
        pass
    return done


def _tell_of_another(
    warehouse: Warehouse,
    place: Place,
    asked: run_statements.RunOf,
    run: Run,
    on_warning: Callable[[str], None],
) -> None:
    """Where nothing keeps two runs apart, whoever ends last sees the other one and says so. The run is
    written: what goes wrong from here on is no reason to say that it is not."""
    mine = run.execution_name
    try:
        found = run_statements.runs(warehouse, place, asked)
    except RunLedgerError as error:
        on_warning(
            f"{mine} is written; whether another run was at the same moment is unknown: {error}"
        )
        return
    same_content = [row for row in found if row["content_sha256"] == asked.file.sha256]
    others = [row for row in same_content if row["execution_name"] != mine]
    same_name = [row for row in found if row["execution_name"] == mine][1:]
    if same_name or (others and not run.is_repeat and not asked.again):
        raise WrittenTwiceError(
            f"{asked.file.name}: {(same_name or others)[0]['execution_name']} was written at the same "
            f"moment, over this content or under this name, and so was this run, {mine}. Both are "
            "whole; run_ledger__processing_duplicates shows a content that was processed twice.",
            run,
        )


def _refuse_content(found: list[Row], asked: run_statements.RunOf) -> None:
    before = [row for row in found if row["content_sha256"] == asked.file.sha256]
    if before and not asked.again:
        raise AlreadyProcessedError(
            f"{asked.file.name}: this content was processed before, by "
            f"{before[0]['execution_name']} at {before[0]['started_at']} UTC. "
            "Give --again to process it once more."
        )


def _of(moment: datetime) -> str:
    return f"user-log-{moment:%Y%m%d-%H%M%S}"
