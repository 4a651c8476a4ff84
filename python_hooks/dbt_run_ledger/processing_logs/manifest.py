"""The manifest beside an exported file, and whether both still say what an archived digest says."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbt_run_ledger.errors import RunLedgerError
from dbt_run_ledger.processing_logs.target import Target, target_of
from dbt_run_ledger.terminal import size
from dbt_run_ledger.warehouses import Row

# A part takes some 150 bytes of it: half a million parts of one month.
LARGEST_MANIFEST_BYTES = 100_000_000
# Beside its manifest, and nowhere else.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*")


def digest_key(row: Row) -> tuple[Any, ...]:
    """What a manifest states of each part."""
    month = str(row["log_month"])[:10]
    return (
        row["execution_name"], month, row["retention_class"], int(row["row_count"]), row["digest"],
    )  # fmt: skip


def manifest_from(content: bytes) -> dict[str, Any]:
    """A manifest with what is asked of it; a ValueError says what it has not."""
    try:
        found = json.loads(content)
    except RecursionError as error:
        raise ValueError("it is no manifest") from error
    if not isinstance(found, dict):
        raise ValueError("it is no manifest")
    for name in ("file", "sha256"):
        if not isinstance(found.get(name), str):
            raise ValueError(f"its {name} is no text")
    if not _PLAIN_NAME.fullmatch(found["file"]):
        raise ValueError("its file is no plain name")
    parts = found.get("parts")
    if not isinstance(parts, list) or not all(_is_key(part) for part in parts):
        raise ValueError("its parts are not what an export states")
    return found


def manifest_of(target: Target, name: str) -> bytes:
    """The text of a manifest, whose length is whatever somebody put there."""
    content = bytearray()
    for chunk in target.read(name):
        content += chunk
        if len(content) > LARGEST_MANIFEST_BYTES:
            raise ValueError(f"expected at most {size(LARGEST_MANIFEST_BYTES)}")
    return bytes(content)


def _is_key(part: object) -> bool:
    kinds = (str, str, str, int, str)
    return isinstance(part, list) and tuple(map(type, part)) == kinds


def sha256_of(chunks: Iterator[bytes]) -> tuple[str, int]:
    found, length = hashlib.sha256(), 0
    for chunk in chunks:
        found.update(chunk)
        length += len(chunk)
    return found.hexdigest(), length


class Exports:
    """Reads each manifest and its file once, for all the runs in them.

    `targets`: the only places where they may be; without any, wherever a digest says they are."""

    def __init__(self, targets: Sequence[str] = ()) -> None:
        self._folders = {_folder(each) for each in targets}
        self._read: dict[str, _Export] = {}

    @property
    def are_required(self) -> bool:
        """Whether no archive is believed without one, whatever a head speaks for."""
        return bool(self._folders)

    def doubt(self, digest: Row) -> str | None:
        """Why the export does not confirm an archived digest; None when it does."""
        location, expected = digest["location"], digest["manifest_sha256"]
        if not location or not expected:
            told = "" if self._folders else ", and no head kept outside speaks for it"
            return f"it was archived without an export{told}"
        if self._folders and _folder(location.rpartition("/")[0]) not in self._folders:
            return f"{location} is not where exports have to be"
        if location not in self._read:
            self._read[location] = _export_at(location)
        found = self._read[location]
        if found.problem:
            return found.problem
        if found.manifest_sha256 != expected:
            return f"{location} is not the manifest that was sealed"
        if digest_key(digest) not in found.parts:
            return f"{location} does not state these rows"
        return None


def _folder(address: str) -> str:
    """One text for one folder, however it is written and whichever links lead to it."""
    if "://" in address:
        return address.rstrip("/")
    return str(Path(address).expanduser().resolve())


@dataclass(frozen=True)
class _Export:
    problem: str | None = None
    manifest_sha256: str = ""
    parts: frozenset[tuple[Any, ...]] = frozenset()


def _export_at(location: str) -> _Export:
    folder, _, name = location.rpartition("/")
    try:
        target = target_of(folder)
        content = manifest_of(target, name)
        manifest = manifest_from(content)
        found, _ = sha256_of(target.read(manifest["file"]))
    except (OSError, RunLedgerError, ValueError) as error:
        return _Export(f"{location} cannot be read: {error}")
    if found != manifest["sha256"]:
        return _Export(f"{manifest['file']} is not the file that was exported")
    parts = frozenset(tuple(part) for part in manifest["parts"])
    return _Export(None, hashlib.sha256(content).hexdigest(), parts)
