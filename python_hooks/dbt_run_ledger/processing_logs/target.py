"""Where exported files go: a folder, or a URL that fsspec knows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from dbt_run_ledger.errors import MissingDependencyError
from dbt_run_ledger.processing_logs.errors import ExportError

CHUNK_BYTES = 1 << 20


class Target(Protocol):
    """Files by name. A file is there whole, as `fill` writes it, or not at all."""

    def location(self, name: str) -> str:
        """The address of a file, for people and for the digest."""

    def exists(self, name: str) -> bool: ...

    def write(self, name: str, fill: Callable[[BinaryIO], object]) -> None: ...

    def read(self, name: str) -> Iterator[bytes]: ...


def target_of(address: str) -> Target:
    if "://" not in address:
        return Folder(Path(address).expanduser().absolute())
    try:
        core = import_module("fsspec.core")
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            "A URL as a target needs fsspec: pip install 'dbt-run-ledger[archive]'."
        ) from error
    try:
        system, root = core.url_to_fs(address)
    except (ValueError, ImportError) as error:
        raise MissingDependencyError(f"{address}: {error}") from error
    return Url(address.rstrip("/"), system, str(root).rstrip("/"))


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while chunk := source.read(CHUNK_BYTES):
        yield chunk


@dataclass(frozen=True)
class Folder:
    """A folder of this machine; a file is renamed into its place when it is on disk."""

    path: Path

    def location(self, name: str) -> str:
        return str(self.path / name)

    def exists(self, name: str) -> bool:
        return (self.path / name).is_file()

    def write(self, name: str, fill: Callable[[BinaryIO], object]) -> None:
        partial = self.path / f".{name}.partial"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as file:
                fill(file)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self.path / name)
        except OSError as error:
            raise ExportError(f"{self.path}: cannot be written: {error.strerror}.") from error

    def read(self, name: str) -> Iterator[bytes]:
        with (self.path / name).open("rb") as file:
            yield from _chunks(file)


@dataclass(frozen=True)
class Url:
    """A place that fsspec reaches; object stores show a file when it is closed."""

    address: str
    system: Any
    root: str

    def location(self, name: str) -> str:
        return f"{self.address}/{name}"

    def exists(self, name: str) -> bool:
        return bool(self.system.exists(f"{self.root}/{name}"))

    def write(self, name: str, fill: Callable[[BinaryIO], object]) -> None:
        try:
            self.system.makedirs(self.root, exist_ok=True)
            with self.system.open(f"{self.root}/{name}", "wb") as file:
                fill(file)
        except OSError as error:
            raise ExportError(f"{self.address}: cannot be written: {error}.") from error

    def read(self, name: str) -> Iterator[bytes]:
        with self.system.open(f"{self.root}/{name}", "rb") as file:
            yield from _chunks(file)
