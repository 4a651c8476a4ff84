"""What is said of a run that is written where nothing keeps two runs apart, and of one that is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dbt_run_ledger.errors import InputError, UnreachableError
from dbt_run_ledger.processing_logs import run_statements
from dbt_run_ledger.processing_logs.csv_file import CsvFile
from dbt_run_ledger.processing_logs.errors import WrittenTwiceError
from dbt_run_ledger.processing_logs.process import Run, _tell_of_another, process_csv

MINE = Run("mine", "a.csv", "a" * 64, 1, 2, 2, 0, 0, is_repeat=False, is_dry_run=False)
ASKED = run_statements.RunOf(["mine"], CsvFile("a.csv", "a" * 64), again=False)


def tell(monkeypatch: pytest.MonkeyPatch, answer: Any) -> list[str]:  # noqa: ANN401
    def runs(*_: object) -> list[dict[str, str]]:
        if isinstance(answer, Exception):
            raise answer
        return [{"execution_name": name, "content_sha256": sha256} for name, sha256 in answer]

    told: list[str] = []
    monkeypatch.setattr(run_statements, "runs", runs)
    nothing: Any = None
    _tell_of_another(nothing, nothing, ASKED, MINE, told.append)
    return told


def test_an_error_after_the_commit_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    """LC18: whoever reads that nothing was written would process the file once more."""
    assert tell(monkeypatch, UnreachableError("gone")) == [
        "mine is written; whether another run was at the same moment is unknown: gone"
    ]


@pytest.mark.parametrize("other", [("theirs", "a" * 64), ("mine", "b" * 64)])
def test_another_run_at_the_same_moment(
    other: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """L21, LC18: with the run, which is written all the same."""
    assert tell(monkeypatch, [("mine", "a" * 64)]) == []
    with pytest.raises(WrittenTwiceError, match="was written at the same moment") as raised:
        tell(monkeypatch, [("mine", "a" * 64), other])
    assert (raised.value.run, raised.value.exit_code) == (MINE, 3)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "expected 1 to 80 characters, got 0."),
        ("x" * 81, "expected 1 to 80 characters, got 81."),
        ("a\udce9", r"expected UTF-8 without a NUL character, got 'a\\\\udce9'."),
        ("a\0", r"expected UTF-8 without a NUL character, got 'a\\x00'."),
    ],
)
def test_a_name_that_no_warehouse_takes_is_refused(name: str, told: str) -> None:
    """L2: before the file is read, and in words instead of an error of the driver."""
    nothing: Any = None
    with pytest.raises(InputError, match=re.escape("execution_name: ") + told):
        process_csv(nothing, nothing, "none.csv", execution_name=name)
