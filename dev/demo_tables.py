"""Aligned plain-text tables for the demo, never wider than a line."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping, Sequence
from datetime import datetime

LINE_WIDTH = 100
_GAP = 2
_NARROWEST = 8


def as_text(value: object) -> str:
    """One line for any value of a cell."""
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="milliseconds")
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return " ".join(str(value).split())


def table(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> list[str]:
    """Rows under their column names; what is too wide is cut, the widest column first."""
    cells = [[as_text(row[column]) for column in columns] for row in rows]
    widths = _widths([list(columns), *cells])
    is_number = [
        any(isinstance(row[column], int | float) for row in rows)
        and all(row[column] is None or isinstance(row[column], int | float) for row in rows)
        for column in columns
    ]
    lines = [_line([column.upper() for column in columns], widths, is_number)]
    lines.append((" " * _GAP).join("-" * width for width in widths))
    return lines + [_line(row, widths, is_number) for row in cells]


def record(row: Mapping[str, object]) -> list[str]:
    """One row as name and value, a line each, long values wrapped."""
    name_width = max(len(name) for name in row) + _GAP
    lines = []
    for name, value in row.items():
        wrapped = textwrap.wrap(as_text(value), LINE_WIDTH - name_width) or [""]
        lines += [
            f"{name.upper() if first else '':<{name_width}}{text}"
            for first, text in ((number == 0, text) for number, text in enumerate(wrapped))
        ]
    return lines


def _widths(lines: Sequence[Sequence[str]]) -> list[int]:
    widths = [max(len(line[number]) for line in lines) for number in range(len(lines[0]))]
    while sum(widths) + _GAP * (len(widths) - 1) > LINE_WIDTH and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _line(cells: Sequence[str], widths: Sequence[int], to_the_right: Sequence[bool]) -> str:
    fitted = []
    for cell, width, right in zip(cells, widths, to_the_right, strict=True):
        text = cell if len(cell) <= width else cell[: width - 3] + "..."
        fitted.append(text.rjust(width) if right else text.ljust(width))
    return (" " * _GAP).join(fitted).rstrip()
