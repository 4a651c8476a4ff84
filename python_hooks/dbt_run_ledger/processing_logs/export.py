"""Write rows to a file with a manifest, and read both back before anybody may remove a row."""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import io
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from dbt_run_ledger.errors import InputError, MissingDependencyError
from dbt_run_ledger.processing_logs.errors import ExportError
from dbt_run_ledger.processing_logs.manifest import (
    digest_key,
    manifest_from,
    manifest_of,
    sha256_of,
)
from dbt_run_ledger.processing_logs.statements import COLUMNS, WORD
from dbt_run_ledger.processing_logs.target import CHUNK_BYTES, Target
from dbt_run_ledger.warehouses import Place, Row, Warehouse

FORMATS = ("csv", "parquet")
# What a file holds where the column is null; an empty text stays an empty text.
NULL = "\\N"


@dataclass(frozen=True)
class Exported:
    """A file that was read back as it was written, by its manifest."""

    location: str
    manifest_sha256: str
    rows: int


def check_format(file_format: str) -> None:
    """Refuses a format that is unknown or whose library is not there."""
    if file_format not in FORMATS:
        raise InputError(f"format: expected one of {', '.join(FORMATS)}, got {file_format!r}.")
    if file_format == "parquet" and importlib.util.find_spec("pyarrow") is None:
        raise MissingDependencyError(
            "Parquet needs pyarrow: pip install 'dbt-run-ledger[archive]'."
        )


def export(
    warehouse: Warehouse,
    place: Place,
    target: Target,
    parts: Sequence[Row],
    where: str,
    month: str,
    *,
    is_masked: bool = False,
    file_format: str = "csv",
) -> Exported:
    """The warm rows of `where`, whose digests are `parts`. What is there already is used again."""
    stated = sorted(digest_key(part) for part in parts)
    content = json.dumps([stated, is_masked, file_format])
    mark = hashlib.sha256(content.encode()).hexdigest()[:12]
    name = f"{WORD}_{month[:7]}_{mark}.{file_format}"
    manifest_name = f"{name}.manifest.json"
    if target.exists(manifest_name):
        again = _read_back(target, manifest_name, None, stated)
        if again:
            return again
    hashed = _Hashed()

    def fill(file: BinaryIO) -> None:
        hashed.target = file
        with io.BufferedWriter(hashed, CHUNK_BYTES) as buffered:
            _write(warehouse, place, where, is_masked, file_format, buffered)

    target.write(name, fill)
    sha256, length = hashed.sha256.hexdigest(), hashed.length
    written = {"file": name, "sha256": sha256, "bytes": length, "month": month[:7]}
    text = _manifest(written, parts, stated, is_masked, file_format)
    # After the file, so that a manifest speaks for a file that is there.
    target.write(manifest_name, lambda file: file.write(text))
    done = _read_back(target, manifest_name, text, stated)
    if done is None:
        raise ExportError(f"{target.location(name)}: what was read back is not what was written.")
    return done


class _Hashed(io.RawIOBase):
    """Passes on what is written, and takes its hash and length on the way."""

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()
        self.length = 0
        self.target: BinaryIO = io.BytesIO()

    def writable(self) -> bool:
        return True

    def write(self, piece: Any, /) -> int:  # noqa: ANN401 - any buffer
        self.sha256.update(piece)
        self.target.write(piece)
        self.length += len(piece)
        return len(piece)


def _write(
    warehouse: Warehouse,
    place: Place,
    where: str,
    is_masked: bool,
    file_format: str,
    file: BinaryIO,
) -> None:
    if file_format == "csv":
        _write_rows(warehouse, place, where, is_masked, file)
        return
    with tempfile.TemporaryFile() as rows:
        _write_rows(warehouse, place, where, is_masked, rows)
        rows.seek(0)
        _to_parquet(rows, file)


def _manifest(
    written: dict[str, Any],
    parts: Sequence[Row],
    stated: list[tuple[Any, ...]],
    is_masked: bool,
    file_format: str,
) -> bytes:
    manifest = {
        **written,
        "format": file_format,
        "rows": sum(int(part["row_count"]) for part in parts),
        "first_log_id": min(int(part["first_log_id"]) for part in parts),
        "last_log_id": max(int(part["last_log_id"]) for part in parts),
        "is_masked": is_masked,
        "null": NULL if file_format == "csv" else None,
        "columns": list(COLUMNS),
        "parts": stated,
    }
    return json.dumps(manifest, ensure_ascii=False, indent=1).encode()


def _read_back(
    target: Target, manifest_name: str, text: bytes | None, stated: list[tuple[Any, ...]]
) -> Exported | None:
    """None when the target does not hold what it should."""
    try:
        found = manifest_of(target, manifest_name)
        if text is not None and found != text:
            return None
        manifest = manifest_from(found)
        lines = _Lines()
        sha256, length = sha256_of(lines.watched(target.read(manifest["file"])))
        rows = lines.ends - 1
        if manifest["format"] == "parquet":
            rows = _rows_of_parquet(target, manifest["file"])
        said = (manifest["sha256"], manifest["bytes"], manifest["rows"])
        parts = [tuple(part) for part in manifest["parts"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    # A manifest that fits its file may still be about other rows.
    if (sha256, length, rows) != said or parts != stated or rows != sum(part[3] for part in parts):
        return None
    location = target.location(manifest_name)
    return Exported(location, hashlib.sha256(found).hexdigest(), rows)


class _Lines:
    """Counts the rows of a CSV in the file itself, while it is read for its hash."""

    def __init__(self) -> None:
        self.ends = 0
        self._is_quoted = False

    def watched(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self._count(chunk)
            yield chunk

    def _count(self, chunk: bytes) -> None:
        """A line end inside quotes belongs to a value; most chunks have no quote at all."""
        if b'"' not in chunk:
            self.ends += 0 if self._is_quoted else chunk.count(b"\n")
            return
        pieces = chunk.split(b'"')
        for piece in pieces:
            self.ends += 0 if self._is_quoted else piece.count(b"\n")
            self._is_quoted = not self._is_quoted
        # There is one piece more than there are quotes.
        self._is_quoted = not self._is_quoted


def _rows_of_parquet(target: Target, name: str) -> int:
    import pyarrow.parquet

    content = io.BytesIO(b"".join(target.read(name)))
    return int(pyarrow.parquet.read_metadata(content).num_rows)


def _selected(place: Place, where: str, is_masked: bool) -> str:
    masked = {"user_id": "left(user_id, 1) || '*****'", "metadata": "null"} if is_masked else {}
    items = ", ".join(f"{masked.get(name, name)} as {name}" for name in COLUMNS)
    return f"select {items} from {place.table(WORD, '_warm')} where {where} order by log_id"


def _write_rows(
    warehouse: Warehouse, place: Place, where: str, is_masked: bool, file: BinaryIO
) -> None:
    sql = _selected(place, where, is_masked)
    if warehouse.name == "postgres":
        copy = f"copy ({sql}) to stdout with (format csv, header, null '{NULL}', encoding 'UTF8')"
        with closing(warehouse._connection.cursor()) as cursor:  # type: ignore[attr-defined]
            cursor.copy_expert(copy, file)
        return
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in warehouse.query(sql):
        writer.writerow(NULL if row[name] is None else _plain(row[name]) for name in COLUMNS)
    text.detach()


def _plain(value: object) -> object:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="milliseconds")
    return value


def _to_parquet(rows: BinaryIO, file: BinaryIO) -> None:
    """The same rows, typed; the CSV of the warehouse is the one source of both formats."""
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    kinds = {name: pa.string() for name in COLUMNS} | {
        "log_id": pa.int64(),
        "old_value": pa.int64(),
        "new_value": pa.int64(),
        "processed_at": pa.timestamp("ms"),
    }
    table = pyarrow.csv.read_csv(
        rows,
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=kinds, null_values=[NULL], strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )  # fmt: skip
    pyarrow.parquet.write_table(table, file)
