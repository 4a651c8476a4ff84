"""A file as entries and rejects, before a warehouse sees it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dbt_run_ledger.errors import InputError, PrivilegeError, StatementError
from dbt_run_ledger.function_logs import loader
from dbt_run_ledger.function_logs.places import Folder
from dbt_run_ledger.warehouses import Place
from dbt_run_ledger.warehouses.driver import json_text

NAME = "YEAR=2026/MONTH=01/DAY=02/HOUR=14/a.json"
PLACE = Place("db", "s", {}, dict.fromkeys(("database", "schema", "identifier"), False))


def test_a_line_that_no_warehouse_takes_is_a_reject(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A27: it stops no other line, and the rejects keep its beginning."""
    monkeypatch.setattr(loader, "LONGEST_LINE", 400)
    monkeypatch.setattr(loader, "KEPT_OF_REJECT", 20)
    lines = [
        json.dumps({"log_id": "1"}),
        json.dumps({"log_id": "2", "message": "m" * 400}),
        '{"log_id": "3", "numbers": [' + "1e15," * 30 + "1]}",
    ]
    Folder(tmp_path).write(NAME, "\n".join(lines).encode())
    file = loader._read(Folder(tmp_path), NAME)
    assert [each[0] for each in file.entries] == ["1"]
    longer, growing = file.rejects
    assert longer == (
        *(f"{tmp_path}/{NAME}", 2),
        *(f"longer than 400 bytes: {len(lines[1])}", lines[1][:20]),
    )
    # What counts is what is sent.
    assert str(growing[2]).startswith("longer than 400 bytes when sent: ")
    assert growing[3] == lines[2][:20]


def test_rejects_are_short_and_keep_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C5: nor one that ends after what is kept, or never."""
    monkeypatch.setattr(loader, "KEPT_OF_REJECT", 40)
    lines = [
        b'{"a": 1, "password": "hunter two and more words"',
        b'{"a": 2, "password": "hunter two',
        b"\xff" * 100,
    ]
    Folder(tmp_path).write(NAME, b"\n".join(lines))
    texts = [reject[3] for reject in loader._read(Folder(tmp_path), NAME).rejects]
    assert texts == ['{"a": 1, "password": ***', '{"a": 2, "password": ***', "\ufffd" * 40]


class Refusing:
    """A warehouse that keeps what it takes, and takes no file with `bad` in its name."""

    def __init__(self, error: type[StatementError]) -> None:
        self.stored: list[str] = []
        self.error, self.attempts = error, 0

    def clear_stage(self, _: str) -> int:
        return 0

    def query(self, _: str, __: Sequence[object]) -> list[dict[str, Any]]:
        return []

    @contextmanager
    def transaction(self) -> Iterator[None]:
        before = list(self.stored)
        self.attempts += 1
        try:
            yield
        except StatementError:
            self.stored = before
            raise

    def append(self, table: str, _: object, rows: list[Any], **__: object) -> int:
        names = [row[0] for row in rows]
        if table.endswith("_files"):
            self.stored += [Path(name).name for name in names]
            if any("bad" in Path(name).name for name in names):
                raise self.error("no such value")
        return len(rows)


def test_a_file_that_is_refused_stops_no_other(tmp_path: Path) -> None:
    """A27: the rest of its batch is loaded, and the error says which one was not."""
    for name in ("a", "bad", "c"):
        Folder(tmp_path).write(NAME.replace("a.json", f"{name}.json"), b'{"log_id": "1"}')
    warehouse: Any = Refusing(StatementError)
    with pytest.raises(loader.RefusedFilesError) as caught:
        loader.Loader(warehouse, PLACE).load(Folder(tmp_path))
    assert warehouse.stored == ["a.json", "c.json"]
    bad = f"{tmp_path}/{NAME.replace('a.json', 'bad.json')}"
    assert str(caught.value) == f"2 files were loaded, and 1 refused: {bad}: no such value"
    # Nor are all tried one by one where no file is at fault.
    warehouse = Refusing(PrivilegeError)
    with pytest.raises(PrivilegeError):
        loader.Loader(warehouse, PLACE).load(Folder(tmp_path))
    assert (warehouse.attempts, warehouse.stored) == (1, [])


def test_json_has_no_infinity() -> None:
    with pytest.raises(InputError, match="Expected a value that JSON can say: Out of range"):
        json_text({"a": [float("inf")]})
