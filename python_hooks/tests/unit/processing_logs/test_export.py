"""The read-back of an export: rows are counted in the file, wherever its pieces are cut."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbt_run_ledger.errors import MissingDependencyError
from dbt_run_ledger.processing_logs.archive import _Batch
from dbt_run_ledger.processing_logs.errors import ExportError, NotProvedError
from dbt_run_ledger.processing_logs.export import _Lines, _read_back
from dbt_run_ledger.processing_logs.target import Folder, Url, target_of

VALUES = st.text(alphabet='a",\n\u00e9', max_size=5)


@given(st.lists(st.lists(VALUES, min_size=2, max_size=2)), st.integers(1, 7))
def test_rows_are_counted_across_pieces(rows: list[list[str]], size: int) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    content = text.getvalue().encode()
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    lines = _Lines()
    assert b"".join(lines.watched(iter(pieces))) == content
    assert lines.ends == len(rows)


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = target_of(str(tmp_path / "a" / "b"))
    assert isinstance(folder, Folder)
    assert not folder.exists("x.csv")
    folder.write("x.csv", lambda file: file.write(b"1\n2\n"))
    assert b"".join(folder.read("x.csv")) == b"1\n2\n"

    def broken(file: BinaryIO) -> None:
        file.write(b"3")
        raise OSError(28, "No space left on device")

    with pytest.raises(ExportError, match="cannot be written: No space left on device"):
        folder.write("x.csv", broken)
    assert b"".join(folder.read("x.csv")) == b"1\n2\n"


def test_a_url_has_a_file_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """L49: neither an error of the warehouse nor one of the upload leaves a truncated object."""
    target = target_of("memory://whole/exports")
    assert isinstance(target, Url)
    target.write("x.csv", lambda file: file.write(b"1\n2\n"))
    assert b"".join(target.read("x.csv")) == b"1\n2\n"

    def unproved(file: BinaryIO) -> None:
        file.write(b"3")
        raise NotProvedError

    with pytest.raises(NotProvedError):
        target.write("y.csv", unproved)
    assert not target.exists("y.csv")

    def broken(*_: object) -> None:
        raise OSError(5, "Input/output error")

    def half(source: str, path: str) -> None:
        target.system.pipe_file(path, Path(source).read_bytes()[:1])
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(target.system, "put_file", half)
    with pytest.raises(ExportError, match=r"cannot be written: .*Input/output error"):
        target.write("z.csv", lambda file: file.write(b"1\n2\n"))
    assert not target.exists("z.csv")
    monkeypatch.setattr(target.system, "rm_file", broken)
    with pytest.raises(ExportError, match=r"z\.csv: may be there in part, and cannot be removed"):
        target.write("z.csv", lambda file: file.write(b"1\n2\n"))


def test_a_url_that_nothing_serves_says_what_is_missing() -> None:
    with pytest.raises(MissingDependencyError, match="nosuch://bucket: "):
        target_of("nosuch://bucket")


def test_a_file_about_other_rows_is_not_taken_for_an_export(tmp_path: Path) -> None:
    """L50: whoever put it there, a manifest that fits its file says nothing about other rows."""
    folder, content = target_of(str(tmp_path)), b"log_id\n1\n"
    folder.write("x.csv", lambda file: file.write(content))
    part = ("run", "2025-01-01", "standard", 1, "d" * 64)
    manifest = {
        "file": "x.csv", "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content),
        "rows": 1, "format": "csv", "parts": [part],
    }  # fmt: skip
    text = json.dumps(manifest).encode()
    folder.write("x.manifest.json", lambda file: file.write(text))
    found = _read_back(folder, "x.manifest.json", None, [part])
    assert found is not None
    assert found.rows == 1
    other = (*part[:4], "e" * 64)
    assert _read_back(folder, "x.manifest.json", None, [other]) is None
    two_rows = json.dumps(manifest | {"parts": [(*part[:3], 2, part[4])]}).encode()
    folder.write("x.manifest.json", lambda file: file.write(two_rows))
    assert _read_back(folder, "x.manifest.json", None, [(*part[:3], 2, part[4])]) is None


@pytest.mark.parametrize(
    ("warehouse", "literal"),
    [("postgres", r"'a\'' or 1=1 --'"), ("snowflake", r"'a\\'' or 1=1 --'")],
)
def test_the_name_of_a_run_stays_a_text(warehouse: str, literal: str) -> None:
    """Whoever may write a row must not write the statement that removes it."""
    part = {"execution_name": r"a\' or 1=1 --", "retention_class": "standard", "row_count": 1}
    where = _Batch("2025-01-01", [part], False, warehouse).where
    assert f"(execution_name = {literal} and" in where
