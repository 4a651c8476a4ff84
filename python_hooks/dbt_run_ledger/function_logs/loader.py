"""Log files into the raw table: each once, each whole, and no line lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from itertools import islice
from typing import Any

from dbt_run_ledger.errors import (
    ConflictError,
    ConstraintError,
    PrivilegeError,
    StatementError,
)
from dbt_run_ledger.function_logs.parsing import COLUMNS, RejectedLineError, clean, entry_values
from dbt_run_ledger.function_logs.places import LogPlace, log_files, partition_of
from dbt_run_ledger.function_logs.secrets import without_secrets
from dbt_run_ledger.warehouses import Place, Warehouse
from dbt_run_ledger.warehouses.driver import json_text

WORD = "function_logs"
# Files and lines of one transaction.
FILES_AT_ONCE = 500
LINES_AT_ONCE = 50_000
# Bytes that every warehouse takes of a line, as it is read and as it is sent.
LONGEST_LINE = 16_000_000
# What JSON of Python's own may make of a line at most: of 1e15, which has 4 characters, 18.
_GROWTH = 8
# Characters that are kept of a reject, and bytes of it in which secrets are looked for: a second.
KEPT_OF_REJECT = 100_000
SEARCHED_OF_REJECT = 1_000_000
# Files that an error names.
NAMED_FILES = 5
RAW_COLUMNS = (*COLUMNS, "year", "month", "day", "hour", "file_name", "line_number")
FILE_COLUMNS = (
    *("file_name", "byte_count", "line_count", "entry_count", "reject_count"),
    "loaded_at",
)
REJECT_COLUMNS = ("file_name", "line_number", "reason", "line_text", "rejected_at")


class RefusedFilesError(StatementError):
    """The warehouse refused some files. All the others are loaded."""


@dataclass
class Loaded:
    """What one call did."""

    files: int = 0
    entries: int = 0
    rejects: int = 0
    skipped_files: int = 0


@dataclass(frozen=True)
class _File:
    name: str
    byte_count: int
    entries: list[tuple[object, ...]]
    rejects: list[tuple[object, ...]]


def logs_place(place: Place) -> Place:
    """The raw table has the source document's name unless a setting gives another."""
    return replace(place, identifiers={WORD: "azfunctions_logs", **place.identifiers})


def reads_in_place(warehouse: Warehouse, settings: Mapping[str, Any]) -> bool:
    """Whether the raw table is the files themselves, as the macro raw_log_table() makes it."""
    return bool(settings.get("run_ledger_function_logs_url")) and warehouse.name != "postgres"


class Loader:
    """is_in_place: the warehouse reads the files itself, so only rejects and files are recorded."""

    def __init__(self, warehouse: Warehouse, place: Place, *, is_in_place: bool = False) -> None:
        self._warehouse, self._is_in_place = warehouse, is_in_place
        named = logs_place(place)
        self._raw = named.table(WORD)
        self._files, self._rejects = named.table(WORD, "_files"), named.table(WORD, "_rejects")
        self._stage = named.table(WORD, "_parts")

    def load(
        self,
        logs: LogPlace,
        since: datetime | None = None,
        on_file: Callable[[int], None] = lambda _: None,
    ) -> Loaded:
        """Load what is not there yet. Stopped anywhere, the next call goes on where it stopped.

        What the warehouse refuses of one file stops no other: RefusedFilesError names it at the end.
        """
        loaded = Loaded()
        refused: list[str] = []
        self._warehouse.clear_stage(self._stage)
        found = log_files(logs, since, datetime.now(timezone.utc))
        for names in _chunks(found, FILES_AT_ONCE):
            missing = self._missing(logs, names)
            loaded.skipped_files += len(names) - len(missing)
            on_file(len(names) - len(missing))
            for batch in _batches(_read(logs, name) for name in missing):
                refused += self._store(batch, loaded)
                on_file(len(batch))
        if refused:
            more = f"; and {len(refused) - NAMED_FILES} more" if refused[NAMED_FILES:] else ""
            raise RefusedFilesError(
                f"{loaded.files} files were loaded, and {len(refused)} refused: "
                f"{'; '.join(refused[:NAMED_FILES])}{more}"
            )
        return loaded

    def _missing(self, logs: LogPlace, names: Sequence[str]) -> list[str]:
        places = ", ".join(["%s"] * len(names))
        rows = self._warehouse.query(
            f"select file_name from {self._files} where file_name in ({places})",
            [f"{logs.url}/{name}" for name in names],
        )
        done = {row["file_name"] for row in rows}
        return [name for name in names if f"{logs.url}/{name}" not in done]

    def _store(self, batch: Sequence[_File], loaded: Loaded) -> list[str]:
        """One transaction: the files' rows in it are what makes the entries come once. What was
        refused, and why."""
        try:
            self._store_together(batch)
        except (ConflictError, PrivilegeError):
            # No file's fault.
            raise
        except StatementError:
            # Another loader was faster with one of them, or one is refused: the others are ours.
            return [reason for file in batch if (reason := self._store_alone(file, loaded))]
        for file in batch:
            _count(loaded, file)
        return []

    def _store_alone(self, file: _File, loaded: Loaded) -> str | None:
        try:
            self._store_together([file])
        except ConstraintError:
            loaded.skipped_files += 1
        except (ConflictError, PrivilegeError):
            raise
        except StatementError as error:
            return f"{file.name}: {error}"
        else:
            _count(loaded, file)
        return None

    def _store_together(self, batch: Sequence[_File]) -> None:
        now = datetime.now(timezone.utc).replace(tzinfo=None)
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        files = [
            (
                *(file.name, file.byte_count, len(file.entries) + len(file.rejects)),
                *(len(file.entries), len(file.rejects), now),
            )
            for file in batch
        ]
        rejects = [(*reject, now) for file in batch for reject in file.rejects]
        with self._warehouse.transaction():
            self._warehouse.append(self._files, FILE_COLUMNS, files)
            if rejects:
                self._warehouse.append(self._rejects, REJECT_COLUMNS, rejects, stage=self._stage)
            entries = [entry for file in batch for entry in file.entries]
            if entries and not self._is_in_place:
                self._warehouse.append(self._raw, RAW_COLUMNS, entries, stage=self._stage)


def _count(loaded: Loaded, file: _File) -> None:
    loaded.files += 1
    loaded.entries += len(file.entries)
    loaded.rejects += len(file.rejects)


def _read(logs: LogPlace, name: str) -> _File:
    content = logs.read(name)
    full_name = f"{logs.url}/{name}"
    partition = partition_of(name)
    entries: list[tuple[object, ...]] = []
    rejects: list[tuple[object, ...]] = []
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            if partition is None:
                raise RejectedLineError("the path names no YEAR=, MONTH=, DAY= and HOUR=")
            if len(line) > LONGEST_LINE:
                raise RejectedLineError(f"longer than {LONGEST_LINE:,} bytes: {len(line):,}")
            entry = (*entry_values(line), *partition, full_name, number)
            if len(line) > LONGEST_LINE // _GROWTH and (sent := _sent(entry)) > LONGEST_LINE:
                raise RejectedLineError(f"longer than {LONGEST_LINE:,} bytes when sent: {sent:,}")
            entries.append(entry)
        except RejectedLineError as error:
            rejects.append((full_name, number, str(error), _kept(line)))
    return _File(full_name, len(content), entries, rejects)


def _sent(entry: tuple[object, ...]) -> int:
    return len(json_text(dict(zip(RAW_COLUMNS, entry, strict=True)), (",", ":")).encode())


def _kept(line: bytes) -> str:
    """The beginning of a reject. A secret may end after it, or nowhere: its quotes are closed here."""
    text = clean(line[:SEARCHED_OF_REJECT].decode(errors="replace").rstrip("\r"))
    return without_secrets(text + '"').removesuffix('"')[:KEPT_OF_REJECT]


def _batches(files: Iterable[_File]) -> Iterator[list[_File]]:
    batch: list[_File] = []
    lines = 0
    for file in files:
        batch.append(file)
        lines += len(file.entries) + len(file.rejects)
        if lines >= LINES_AT_ONCE:
            yield batch
            batch, lines = [], 0
    if batch:
        yield batch


def _chunks(names: Iterable[str], size: int) -> Iterator[list[str]]:
    remaining = iter(names)
    while chunk := list(islice(remaining, size)):
        yield chunk
