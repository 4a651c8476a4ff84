"""Where exported files go: a folder, or a URL that fsspec knows."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
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
    """A place that fsspec reaches; object stores show a file when it is uploaded."""

    address: str
    system: Any
    root: str

    def location(self, name: str) -> str:
        return f"{self.address}/{name}"

    def exists(self, name: str) -> bool:
        return bool(self.system.exists(f"{self.root}/{name}"))

    def write(self, name: str, fill: Callable[[BinaryIO], object]) -> None:
        """First here: what is closed there, even by an error, is there under its name."""
        try:
            with TemporaryDirectory() as folder:
                whole = Path(folder) / "whole"
                with whole.open("wb") as file:
                    fill(file)
                self.system.makedirs(self.root, exist_ok=True)
                self._put(whole, f"{self.root}/{name}")
        except OSError as error:
            raise ExportError(f"{self.address}: cannot be written: {error}.") from error

    def _put(self, whole: Path, path: str) -> None:
        try:
            self.system.put_file(str(whole), path)
        except BaseException:
            self._discard(path)
            raise

    def _discard(self, path: str) -> None:
        """Some stores show what they have so far."""
        try:
            if self.system.exists(path):
                self.system.rm_file(path)
        except OSError as error:
            raise ExportError(
                f"{path}: may be there in part, and cannot be removed: {error}."
            ) from error

    def read(self, name: str) -> Iterator[bytes]:
        with self.system.open(f"{self.root}/{name}", "rb") as file:
            yield from _chunks(file)
