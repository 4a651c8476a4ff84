"""What a CSV file of users may be, and the clear answer to what it may not."""

from __future__ import annotations

import hashlib
import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbt_run_ledger.processing_logs.csv_file import (
    COLUMNS,
    CsvFile,
    Line,
    _are_plain,
    _plain,
    _read,
    _rows,
    read_csv,
)
from dbt_run_ledger.processing_logs.errors import CsvFileError
from dbt_run_ledger.processing_logs.run_statements import _array

HEADER = b"user_id,login_count,post_count\n"

REFUSED = {
    "empty": (b"", "expected the header user_id,login_count,post_count in any order, got an empty"),
    "header alone": (HEADER, "at least one line, got no line"),
    "other header": (b"id,logins\nU1,2\n", "got id,logins"),
    "column too many": (b"user_id,login_count,post_count,x\nU1,1,2,3\n", "got user_id,login_count"),
    "latin-1": (HEADER + b"U1,1,2\nU\xe9,1,2\n", "expected UTF-8, got another encoding in line 3"),
    "utf-16": ("user_id,login_count,post_count\nU1,1,2\n".encode("utf-16"), "expected UTF-8"),
    "NUL": (HEADER + b"U1,1,\0002\n", "got a NUL character in line 2"),
    "open quote": (HEADER + b'U1,"1,2\n', "line 2 is no CSV: unexpected end of data"),
}


def read(tmp_path: Path, content: bytes) -> list[Line]:
    path = tmp_path / "users.csv"
    path.write_bytes(content)
    found = read_csv(path)
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    return found.lines


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_such_file_is_refused_whole(name: str, tmp_path: Path) -> None:
    content, message = REFUSED[name]
    with pytest.raises(CsvFileError, match=r"users\.csv: ") as refusal:
        read(tmp_path, content)
    assert message in str(refusal.value)


def test_a_file_of_a_gigabyte_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(1_000_000_000)
    with pytest.raises(CsvFileError, match=r"expected at most 64 MB, got 1 GB\. Split the file"):
        read_csv(path)
    with pytest.raises(CsvFileError, match=r"none.csv: cannot be read: No such file"):
        read_csv(tmp_path / "none.csv")


def test_columns_in_any_order_with_a_mark_and_windows_line_ends(tmp_path: Path) -> None:
    content = b'\xef\xbb\xbfpost_count,"user_id",login_count\r\n2,U1,1\r\n\r\n 4 ,"U,2",03\r\n'
    assert read(tmp_path, content) == [
        Line(2, "U1", 1, None, 2, None),
        Line(4, "U,2", 3, None, 4, None),
    ]


@pytest.mark.parametrize(
    ("text", "value", "problem"),
    [
        ("0", 0, None),
        ("2147483647", 2147483647, None),
        ("", None, None),
        ("   ", None, None),
        ("2147483648", None, "got '2147483648'"),
        ("-1", None, "got '-1'"),
        ("1.5", None, "got '1.5'"),
        ("1e3", None, "got '1e3'"),
        ("\u0661\u0662", None, "got '\u0661\u0662'"),
        ("9" * 5000, None, f"got '{'9' * 40}'"),
    ],
)
def test_values(text: str, value: int | None, problem: str | None, tmp_path: Path) -> None:
    (line,) = read(tmp_path, HEADER + f"U1,{text},7\n".encode())
    assert (line.login_count, line.post_count, line.post_problem) == (value, 7, None)
    expected = problem and f"Expected a whole number from 0 to 2147483647, {problem}"
    assert line.login_problem == expected


def test_lines_that_name_nobody_and_users_that_come_twice(tmp_path: Path) -> None:
    """L8, L14, L15: one line for each user; what cannot be taken has its reason."""
    content = b"U1,1,1\n,2,2\nU1,1,1\nU12345678901,3,3\nU2,1,1\nU2,1,2\nU3,1\n"
    lines = read(tmp_path, HEADER + content)
    assert [(line.number, line.user_id, line.login_problem) for line in lines] == [
        (2, "U1", None),
        (3, None, "Line has no user_id"),
        (5, None, "user_id has 12 characters, not 1 to 10"),
        (6, "U2", "User is on lines 6 and 7 with different values"),
        (8, None, "Line has not 3 values"),
    ]
    assert lines[3][2:] == (None, lines[3].login_problem, None, lines[3].login_problem)


CELLS = st.sampled_from(
    ["U1", "U2", "a.b-c_d", "12345678901", "", "7", "007", "-1", " 5", "999999999", "\u0661"]
)
ROWS = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=4)


@given(ROWS, st.permutations(COLUMNS), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_a_plain_file_is_read_at_once_as_line_by_line(
    rows: list[list[str]], header: list[str], end: str, is_ended: bool
) -> None:
    """Whatever the quick way takes, the careful one reads the same."""
    text = end.join(map(",".join, [header, *rows])) + end * is_ended
    plain = _plain(text)
    careful = _read(CsvFile("x", ""), _rows("x", text))
    if plain:
        assert list(zip(*plain.columns(), strict=True)) == careful
    else:
        is_odd = any(problem for line in careful for problem in (line[3], line[5]))
        users = [row[header.index("user_id")] for row in rows]
        is_plain = " 5" not in str(rows) and str(rows).isascii()
        assert is_odd or len(set(users)) < len(users) or not is_plain


def test_a_plain_file_takes_the_quick_way(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_text("post_count,user_id,login_count\n1,U1,2\n,U2,03\n")
    file = read_csv(path)
    assert file.plain == ("1,U1,2\n,U2,03", (1, 2, 0))
    assert [list(column) for column in file.columns] == [
        [2, 3], ["U1", "U2"], [2, 3], [None, None], [1, None], [None, None],
    ]  # fmt: skip
    assert (file.rows, len(file), file.lines[1]) == (2, 2, Line(3, "U2", 3))


def test_a_long_file_is_matched_in_little_memory() -> None:
    """L1: the whole at once took 14 to 28 bytes a byte."""
    lines = 40_000
    body = "".join(f"U{number:07d},1,2\n" for number in range(lines))
    tracemalloc.start()
    try:
        assert _are_plain(list(COLUMNS), body)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * len(body)
    assert not _are_plain(list(COLUMNS), f"{body}U1,x,2\n")
    assert not _are_plain(list(COLUMNS), body[:-1])


def test_a_file_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.csv"
    with open(path, "wb") as file:  # noqa: PTH123 - a name in bytes
        file.write(HEADER + b"U1,1,1\n")
    with pytest.raises(CsvFileError, match=r"caf\\xe9\.csv: expected a file name in UTF-8"):
        read_csv(os.fsdecode(path))


@given(st.lists(st.one_of(st.none(), st.text(max_size=6))))
def test_an_array_is_what_postgres_reads_back(values: list[str | None]) -> None:
    """By the rules of its array syntax: quotes around each text, and backslashes before two signs."""
    text = _array(values)
    if all(value is None for value in values):
        assert text == "{}"
        return
    assert text[0] + text[-1] == "{}"
    assert _array(range(7)) == "{0, 1, 2, 3, 4, 5, 6}"
    assert _array([1, None, 3]) == "{1, null, 3}"
    assert _read_back(text[1:-1]) == values


def _read_back(text: str) -> list[str | None]:
    found: list[str | None] = []
    place = 0
    while place <= len(text):
        if text[place : place + 1] == '"':
            place, value = _quoted(text, place + 1)
            found.append(value)
        else:
            end = text.find(",", place)
            end = len(text) if end < 0 else end
            found.append(None if text[place:end] == "null" else text[place:end])
            place = end
        place += 1
    return found


def _quoted(text: str, place: int) -> tuple[int, str]:
    value = ""
    while text[place] != '"':
        place += text[place] == "\\"
        value += text[place]
        place += 1
    return place + 1, value
