"""A CSV file of users, read and judged line by line; what is wrong with a line is kept with it."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from dbt_run_ledger.processing_logs.errors import CsvFileError
from dbt_run_ledger.terminal import size

COLUMNS = ("user_id", "login_count", "post_count")
LARGEST_BYTES = 64_000_000
LONGEST_USER_ID = 10
LARGEST_VALUE = 2**31 - 1
# Zeros in front are no reason to refuse a number, but there is an end to them.
MOST_DIGITS = 20
LINES_AT_ONCE = 2_000
# Cells of a file that nothing has to be said about.
_PLAIN = {
    "user_id": "[A-Za-z0-9_.-]{1,10}",
    "login_count": "[0-9]{0,9}",
    "post_count": "[0-9]{0,9}",
}


class Line(NamedTuple):
    """What one user's line asks for. A problem is a reason why a value cannot be taken.

    A tuple, because a thousand dataclasses would cost as much as all the rest of the reading.
    """

    number: int
    user_id: str | None
    login_count: int | None = None
    login_problem: str | None = None
    post_count: int | None = None
    post_problem: str | None = None


class Plain(NamedTuple):
    """The lines of a file in which each is in order and no user comes twice, as they stand there."""

    text: str
    # Where each of COLUMNS is in a line, from 0.
    places: tuple[int, ...]

    def columns(self) -> list[Sequence[int | str | None]]:
        """In the order of the fields of a Line."""
        users, *counts = _columns_of(self.text, self.places)
        logins, posts = ([int(cell) if cell else None for cell in column] for column in counts)
        nothing = [None] * len(users)
        return [range(2, 2 + len(users)), users, logins, nothing, posts, nothing]


@dataclass
class CsvFile:
    """One line for each user that the file names, and one for each that names nobody."""

    name: str
    sha256: str
    plain: Plain | None = None
    # The lines of a file that is not plain.
    read: list[Line] = field(default_factory=list)
    rows: int = 0
    repeated_lines: int = 0

    @property
    def columns(self) -> list[Sequence[int | str | None]]:
        """In the order of the fields of a Line."""
        return self.plain.columns() if self.plain else list(zip(*self.read, strict=True))

    @property
    def lines(self) -> list[Line]:
        return [Line(*values) for values in zip(*self.columns, strict=True)]

    def __len__(self) -> int:
        return self.rows if self.plain else len(self.read)


def read_csv(path: str | Path, largest_bytes: int = LARGEST_BYTES) -> CsvFile:
    """Refuses what is no such file; a bad value is no reason to refuse the others."""
    path = Path(path)
    _check_name(path.name)
    try:
        length = path.stat().st_size
        if length > largest_bytes:
            raise CsvFileError(
                f"{path.name}: expected at most {size(largest_bytes)}, got {size(length)}. "
                "Split the file, or give --max-bytes."
            )
        content = path.read_bytes()
    except OSError as error:
        raise CsvFileError(f"{path.name}: cannot be read: {error.strerror}.") from error
    found = CsvFile(path.name, hashlib.sha256(content).hexdigest())
    text = _text(path.name, content)
    found.plain = _plain(text)
    if found.plain:
        found.rows = found.plain.text.count("\n") + 1
    else:
        found.read = _read(found, _rows(path.name, text))
    if not found.rows:
        raise CsvFileError(f"{path.name}: expected a header and at least one line, got no line.")
    return found


def _check_name(name: str) -> None:
    """The name is logged with the run; Python reads bytes that are no UTF-8 as lone surrogates."""
    try:
        name.encode()
    except UnicodeEncodeError as error:
        shown = name.encode(errors="surrogateescape").decode(errors="backslashreplace")
        raise CsvFileError(f"{shown}: expected a file name in UTF-8. Rename the file.") from error


def _text(name: str, content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CsvFileError(
            f"{name}: expected UTF-8, got another encoding in line {line}."
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise CsvFileError(f"{name}: expected text, got a NUL character in line {line}.")
    return text


def _plain(text: str) -> Plain | None:
    """None of a file in which a line is not in order, or a user comes twice.

    To read and judge it line by line says the same, and takes ten times as long."""
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    header, _, body = text.partition("\n")
    names = header.split(",")
    body = body.removesuffix("\n")
    if sorted(names) != sorted(COLUMNS) or not _are_plain(names, body + "\n"):
        return None
    places = tuple(names.index(name) for name in COLUMNS)
    users, *_ = _columns_of(body, places)
    return Plain(body, places) if len(set(users)) == len(users) else None


def _columns_of(text: str, places: Sequence[int]) -> list[list[str]]:
    cells = text.replace("\n", ",").split(",")
    return [cells[place :: len(COLUMNS)] for place in places]


def _are_plain(names: list[str], body: str) -> bool:
    """Piece by piece: the regular expression needs many times the memory of what it matches."""
    line = ",".join(_PLAIN[name] for name in names) + "\n"
    lines = re.compile(f"(?:{line}){{1,{LINES_AT_ONCE}}}")
    place = 0
    while place < len(body):
        found = lines.match(body, place)
        if found is None:
            return False
        place = found.end()
    return place > 0


def _rows(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Number and values of each line, in the order of COLUMNS; none where the line has others."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [title.strip() for title in next(reader, [])]
        user, login, post = _order(name, header)
        for row in reader:
            if len(row) == len(COLUMNS):
                yield reader.line_num, [row[user], row[login], row[post]]
            elif row:
                yield reader.line_num, []
    except csv.Error as error:
        raise CsvFileError(f"{name}: line {reader.line_num} is no CSV: {error}.") from error


def _order(name: str, header: list[str]) -> list[int]:
    if sorted(header) != sorted(COLUMNS):
        got = ",".join(header) or "an empty file"
        raise CsvFileError(
            f"{name}: expected the header {','.join(COLUMNS)} in any order, got {got[:100]}."
        )
    return [header.index(column) for column in COLUMNS]


def _read(found: CsvFile, rows: Iterator[tuple[int, list[str]]]) -> list[Line]:
    places: dict[str, int] = {}
    values: dict[str, list[str]] = {}
    lines: list[Line] = []
    for number, row in rows:
        found.rows += 1
        user_id = row[0].strip() if row else ""
        if not row or not 0 < len(user_id) <= LONGEST_USER_ID:
            problem = _problem_of_user(row, user_id)
            lines.append(Line(number, None, None, problem, None, problem))
        elif user_id not in places:
            places[user_id], values[user_id] = len(lines), row
            lines.append(Line(number, user_id, *_value(row[1]), *_value(row[2])))
        elif values[user_id][1:] == row[1:]:
            found.repeated_lines += 1
        else:
            first = lines[places[user_id]]
            problem = f"User is on lines {first.number} and {number} with different values"
            lines[places[user_id]] = Line(first.number, user_id, None, problem, None, problem)
    return lines


def _problem_of_user(row: list[str], user_id: str) -> str:
    if not row:
        return f"Line has not {len(COLUMNS)} values"
    if not user_id:
        return "Line has no user_id"
    return f"user_id has {len(user_id)} characters, not 1 to {LONGEST_USER_ID}"


def _value(text: str) -> tuple[int | None, str | None]:
    digits = text if text.isdecimal() else text.strip()
    if digits.isdecimal() and digits.isascii() and len(digits) <= MOST_DIGITS:
        value = int(digits)
        if value <= LARGEST_VALUE:
            return value, None
    if not digits:
        return None, None
    return None, f"Expected a whole number from 0 to {LARGEST_VALUE}, got {digits[:40]!r}"
