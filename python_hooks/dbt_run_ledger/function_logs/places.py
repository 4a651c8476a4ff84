"""Where log files lie: a folder, or whatever fsspec has a word for (s3://, abfs://, memory://)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from dbt_run_ledger.errors import InputError, MissingDependencyError

PARTITION = re.compile(r"YEAR=(\d{1,4})/MONTH=(\d{1,2})/DAY=(\d{1,2})/HOUR=(\d{1,2})/[^/]+\.json$")
_ALL_HOURS = "YEAR=*/MONTH=*/DAY=*/HOUR=*/*.json"
HOUR = timedelta(hours=1)


class LogPlace(Protocol):
    """Files by names relative to the place."""

    url: str

    def write(self, name: str, content: bytes) -> None:
        """A new file, which others see whole or not at all."""

    def read(self, name: str) -> bytes:
        """The file."""

    def find(self, pattern: str) -> list[str]:
        """The names that match, in order."""


class Folder:
    def __init__(self, path: str | Path) -> None:
        self._root = Path(path).absolute()
        self.url = str(self._root)

    def write(self, name: str, content: bytes) -> None:
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        # No reader's pattern matches the name that it has meanwhile.
        unfinished = path.with_name(path.name + ".part")
        unfinished.write_bytes(content)
        os.replace(unfinished, path)  # noqa: PTH105 - replaces on every system

    def read(self, name: str) -> bytes:
        return (self._root / name).read_bytes()

    def find(self, pattern: str) -> list[str]:
        return sorted(path.relative_to(self._root).as_posix() for path in self._root.glob(pattern))


class Store:
    """An object store: a put is seen whole or not at all."""

    def __init__(self, url: str, options: Mapping[str, Any]) -> None:
        try:
            core = import_module("fsspec.core")
        except ImportError as error:
            raise MissingDependencyError(
                f"{url} needs the library fsspec: pip install 'dbt-run-ledger[logs]'."
            ) from error
        self.url = url.rstrip("/")
        try:
            self._files, root = core.url_to_fs(self.url, **options)
        except (ImportError, ValueError) as error:
            raise InputError(f"{url} cannot be opened: {error}.") from error
        self._root = root.rstrip("/")

    def write(self, name: str, content: bytes) -> None:
        self._files.pipe_file(f"{self._root}/{name}", content)

    def read(self, name: str) -> bytes:
        content: bytes = self._files.cat_file(f"{self._root}/{name}")
        return content

    def find(self, pattern: str) -> list[str]:
        self._files.invalidate_cache()
        found = self._files.glob(f"{self._root}/{pattern}")
        return sorted(str(path).removeprefix(self._root).lstrip("/") for path in found)


def place_at(url: str, options: Mapping[str, Any] | None = None) -> LogPlace:
    """options: what fsspec passes to the store, such as `endpoint_url` or credentials."""
    if not url or not url.strip():
        raise InputError("Expected the place of log files, a folder or a URL; got nothing.")
    if "://" in url and not url.startswith("file://"):
        return Store(url, options or {})
    return Folder(url.removeprefix("file://"))


def folder_of(moment: datetime) -> str:
    """The partition of a UTC moment."""
    return f"YEAR={moment:%Y}/MONTH={moment:%m}/DAY={moment:%d}/HOUR={moment:%H}"


def partition_of(name: str) -> tuple[int, int, int, int] | None:
    """year, month, day and hour of a path, without leading zeros; None for any other path."""
    match = PARTITION.search(name)
    return (int(match[1]), int(match[2]), int(match[3]), int(match[4])) if match else None


def log_files(place: LogPlace, since: datetime | None, now: datetime) -> Iterator[str]:
    """Names of log files, hour by hour from `since` on: what lies before it is not even listed."""
    if since is None:
        yield from place.find(_ALL_HOURS)
        return
    hour = since.replace(minute=0, second=0, microsecond=0)
    while hour <= now + HOUR:
        yield from place.find(f"{folder_of(hour)}/*.json")
        hour += HOUR
