"""`run-ledger profile`: what dbt's lines mean, and what people see."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from dbt_run_ledger import cli
from dbt_run_ledger.errors import InputError
from dbt_run_ledger.profile_runs.driving import Done, ProfileFailedError, done_in, operation
from dbt_run_ledger.profile_runs.rendering import as_html, as_text
from dbt_run_ledger.profile_runs.shape import drawn, histogram

LINE = "12:01:02  run_ledger: profile 2 of 3: db.s.my table SUCCEEDED (run 0a1b)\n"
UNIFORM = {"min": 0, "max": 100, "p05": 5, "p25": 25, "median": 50, "p75": 75, "p95": 95}
PROFILE: dict[str, Any] = {
    "table": "db.s.<orders>", "status": "SUCCEEDED", "row_count": 1200.0, "sample_rate": 0.5,
    "error_message": None,
    "columns": {
        "id": {**UNIFORM, "data_type": "INTEGER", "null_rate": 0.0, "distinct_count": 1200.0, "mean": 50.0},
        "city": {"data_type": "<b>", "null_rate": 0.255, "distinct_count": 2.0, "min": "a", "max": "b",
                 "top_values": '[["a", 75], ["b", 25]]', "texts": {}},
        "doc": {"data_type": "JSON", "null_rate": None},
    },
}  # fmt: skip
FAILED = {
    **PROFILE,
    "status": "FAILED",
    "row_count": None,
    "sample_rate": None,
    "error_message": "no <table>",
}


def test_a_line_of_dbt() -> None:
    assert done_in(LINE) == Done(2, 3, "db.s.my table", "SUCCEEDED", "0a1b")
    known = LINE.replace("SUCCEEDED", "SUCCEEDED, known already")
    assert done_in(known) == Done(2, 3, "db.s.my table", "SUCCEEDED", "0a1b")
    assert done_in("12:01:02  Found 3 models") is None


def test_the_shape_of_numbers_and_texts() -> None:
    assert histogram(UNIFORM) == pytest.approx([0.125] * 8)
    skewed = {**UNIFORM, "p25": 6, "median": 7, "p75": 8, "p95": 9}
    shares = histogram(skewed)
    assert sum(shares) == pytest.approx(1)
    assert shares[0] > 0.9
    assert histogram(
        {"min": 3, "max": 3, "median": 3, **dict.fromkeys(("p05", "p25", "p75", "p95"), 3)}
    ) == [1.0]
    assert histogram(PROFILE["columns"]["city"]) == [0.75, 0.25]
    assert histogram({}) == []
    assert drawn([0.0, 0.5, 1.0]) == "▁▅█"
    assert drawn([]) == ""


def test_what_people_see() -> None:
    text = as_text([PROFILE, FAILED])
    assert text.splitlines()[0] == "db.s.<orders>  SUCCEEDED  1,200 rows  a sample of 50.00%"
    line = next(each for each in text.splitlines() if each.startswith("city"))
    assert re.fullmatch(r"city +<b> +25\.5% +2 +a +- +- +b +█▃", line)
    assert text.endswith("db.s.<orders>  FAILED\nno <table>")
    page = as_html([PROFILE, FAILED])
    assert "<td>&lt;b&gt;</td>" in page
    assert "no &lt;table&gt;" in page
    assert page.count("<svg") == 2
    assert "<b>" not in page


def script(folder: Path, body: str) -> str:
    """A program that stands for dbt."""
    program = folder / "dbt"
    program.write_text(f"#!{sys.executable}\nimport os, sys\n{body}\n")
    program.chmod(0o755)
    return str(program)


def test_dbt_as_a_process(tmp_path: Path) -> None:
    dbt = script(
        tmp_path, f"print({LINE!r}); print(sys.argv[4]); print('boom'); sys.exit('--x' in sys.argv)"
    )
    assert [each.number for each in operation(dbt, "profile_table", {"a": 1, "b": None}, [])] == [2]
    with pytest.raises(ProfileFailedError, match=r'\{"a": 1\}\nboom$'):
        [*operation(dbt, "profile_table", {"a": 1, "b": None}, ["--x"])]
    with pytest.raises(InputError, match="--dbt: expected the dbt program, got /nowhere"):
        [*operation("/nowhere", "profile_table", {}, [])]


def test_a_page_that_cannot_be_written_is_told_before_anything_runs(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page = tmp_path / "nowhere" / "page.html"
    assert cli.main(["profile", "orders", "--html", str(page), "--dbt", "/nowhere"]) == 2
    assert (
        f"--html: expected a file in a folder that is there, got {page}" in capsys.readouterr().err
    )


def test_what_an_error_quotes_is_no_command_of_the_terminal(tmp_path: Path) -> None:
    assert as_text([{**FAILED, "error_message": "a\x1b[2Jb"}]).endswith("a\ufffd[2Jb")
    dbt = script(tmp_path, "print('\\x1b[31mboom\\x1b[0m'); sys.exit(1)")
    with pytest.raises(ProfileFailedError, match=r"^boom$"):
        [*operation(dbt, "profile_table", {}, [])]


def test_tables_or_a_selection(capsys: pytest.CaptureFixture[str]) -> None:
    for given in ([], ["orders", "--select", "x"]):
        assert cli.main(["profile", *given]) == 2
        assert "expected tables or --select, one of the two" in capsys.readouterr().err
    assert cli.main(["profile", "orders", "--exclude", "x"]) == 2
    assert "expected --exclude with --select" in capsys.readouterr().err
