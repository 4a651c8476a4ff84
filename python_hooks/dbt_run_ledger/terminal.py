"""Text for people: tables, times, sizes, and how far something has got."""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

BAR_WIDTH = 30
# How often a bar is drawn, and how often a line is written where no bar can be.
BAR_SECONDS = 0.1
LINE_SECONDS = 5.0
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_MINUTE, _HOUR = 60, 3600
_SIZES = ("B", "KB", "MB", "GB", "TB")


def table(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """The columns side by side, numbers to the right, a missing value as `-`."""
    lines = [[_cell(row.get(column)) for column in columns] for row in rows]
    titles = [column.replace("_", " ").upper() for column in columns]
    widths = [max(len(line[number]) for line in [titles, *lines]) for number in range(len(columns))]
    numeric = [
        bool(lines) and all(_is_number(line[number]) for line in lines)
        for number in range(len(columns))
    ]
    return "\n".join(
        "  ".join(
            text.rjust(width) if is_numeric else text.ljust(width)
            for text, width, is_numeric in zip(line, widths, numeric, strict=True)
        ).rstrip()
        for line in [titles, *lines]
    )


def duration(seconds: float | None) -> str:
    """0.25 s, 42 s, 3 min 05 s, 2 h 07 min."""
    if seconds is None:
        return "-"
    if seconds < 10:
        return f"{seconds:.2f} s".replace(".00", "")
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02d} s"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02d} min"


def size(number_of_bytes: float) -> str:
    """512 B, 1.5 KB, 20 MB."""
    value, unit = float(number_of_bytes), 0
    while value >= 1000 and unit < len(_SIZES) - 1:
        value, unit = value / 1000, unit + 1
    text = f"{value:.1f}" if 0 < value < 10 and unit else f"{value:.0f}"
    return f"{text.removesuffix('.0')} {_SIZES[unit]}"


def shortened(text: str, width: int) -> str:
    """One line of at most `width` characters."""
    return shortened_to(" ".join(text.split()), width)


def width_of(stream: TextIO) -> int:
    return shutil.get_terminal_size().columns if stream.isatty() else 120


def bar(done: float, total: float, width: int = BAR_WIDTH) -> str:
    filled = round(width * min(done / total, 1)) if total else 0
    return "#" * filled + "." * (width - filled)


class Progress:
    """How far a long task is: a bar on a terminal, a line now and then elsewhere.

    with Progress("archiving", total=len(days)) as progress:
        for day in days:
            progress.advance()
    """

    def __init__(
        self,
        title: str,
        total: int | None = None,
        *,
        is_quiet: bool = False,
        stream: TextIO | None = None,
    ) -> None:
        self.title = title
        self.total = total
        self.done = 0
        self._is_quiet = is_quiet
        self._stream = stream or sys.stderr
        self._has_bar = self._stream.isatty()
        self._started_at = time.monotonic()
        self._shown_at = self._started_at

    def advance(self, by: int = 1) -> None:
        self.done += by
        waited = time.monotonic() - self._shown_at
        if waited >= (BAR_SECONDS if self._has_bar else LINE_SECONDS):
            self._show()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self._show()
        if self._has_bar and not self._is_quiet:
            self._stream.write("\n")
            self._stream.flush()

    def _show(self) -> None:
        self._shown_at = time.monotonic()
        if self._is_quiet:
            return
        elapsed = duration(self._shown_at - self._started_at)
        count = f"{self.done:,}" + (f" of {self.total:,}" if self.total is not None else "")
        if self._has_bar:
            drawn = f" [{bar(self.done, self.total)}]" if self.total else ""
            self._stream.write(f"\r{self.title}{drawn} {count}, {elapsed}\x1b[K")
        else:
            self._stream.write(f"{self.title}: {count}, {elapsed}\n")
        self._stream.flush()


class LiveArea:
    """Lines that are drawn anew in place on a terminal; elsewhere written when they change."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._drawn: list[str] = []
        self._written_at = -LINE_SECONDS

    def show(self, lines: Sequence[str], news: Sequence[str] = ()) -> None:
        """`news` stay above, for good; `lines` take the place of those drawn before."""
        if not self._is_terminal:
            is_due = time.monotonic() - self._written_at >= LINE_SECONDS
            if list(lines) == self._drawn or not (is_due or news):
                lines = self._drawn
                self._write(news)
            else:
                self._written_at = time.monotonic()
                self._write([*news, *lines])
        else:
            width = width_of(self._stream)
            # Of more lines than the screen has, the first would be out of reach.
            lines = _that_fit(lines, shutil.get_terminal_size().lines - 1)
            # Up to the first line of the area, and clear from there to the end of the screen.
            if self._drawn:
                self._stream.write(f"\x1b[{len(self._drawn)}A\r\x1b[J")
            # A line that wraps would be two to go up.
            self._write([*news, *(shortened_to(line, width - 1) for line in lines)])
        self._drawn = list(lines)

    def close(self) -> None:
        self._drawn = []

    def _write(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._stream.write(f"{printable(line)}\n")
        self._stream.flush()


def _that_fit(lines: Sequence[str], height: int) -> list[str]:
    hidden = len(lines) - max(height, 2)
    if hidden <= 0:
        return list(lines)
    return [*lines[: -hidden - 1], f"... {hidden + 1} more lines"]


def printable(text: str) -> str:
    """Without what a terminal takes for a command: an error may quote anything."""
    return _CONTROLS.sub("\ufffd", text)


def shortened_to(line: str, width: int) -> str:
    return line if len(line) <= width else line[: max(width - 3, 0)] + "..."


def _cell(value: object) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}"
    return printable(" ".join(str(value).split()))


def _is_number(text: str) -> bool:
    return text == "-" or text.replace(",", "").replace(".", "", 1).lstrip("-").isdigit()
