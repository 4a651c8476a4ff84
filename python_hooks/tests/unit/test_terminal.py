"""What people read in the terminal."""

from __future__ import annotations

import io
import time

import pytest

from dbt_run_ledger.terminal import LiveArea, Progress, bar, duration, shortened, size, table


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_table_lines_up() -> None:
    rows = [
        {"name": "orders", "duration_seconds": 12.5, "error": None, "is_new": True},
        {"name": "a\nlong\tname", "duration_seconds": 3, "error": "", "is_new": False},
    ]
    assert table(rows, ("name", "duration_seconds", "error", "is_new")).splitlines() == [
        "NAME         DURATION SECONDS  ERROR  IS NEW",
        "orders                 12.500      -  yes",
        "a long name                 3      -  no",
    ]
    assert table([], ("name", "error")) == "NAME  ERROR"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "-"),
        (0, "0 s"),
        (0.254, "0.25 s"),
        (9.999, "10.00 s".replace(".00", "")),
        (42.4, "42 s"),
        (59.6, "1 min 00 s"),
        (185, "3 min 05 s"),
        (3599.7, "1 h 00 min"),
        (7_630, "2 h 07 min"),
    ],
)
def test_durations(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 B"), (999, "999 B"), (1500, "1.5 KB"), (20e6, "20 MB"), (3e15, "3000 TB")],
)
def test_sizes(number: float, text: str) -> None:
    assert size(number) == text


def test_a_text_is_cut_to_one_line() -> None:
    assert shortened("two\n lines", 40) == "two lines"
    assert shortened("abcdefghij", 6) == "abc..."


def test_a_bar_is_full_at_the_end_and_never_longer() -> None:
    assert (bar(0, 4, 8), bar(1, 4, 8), bar(9, 4, 8), bar(1, 0, 8)) == (
        "........",
        "##......",
        "########",
        "........",
    )


def test_progress_on_a_terminal_elsewhere_and_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 1000, 6))
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    seen = {}
    for name, stream, is_quiet in (
        ("terminal", Terminal(), False),
        ("file", io.StringIO(), False),
        ("quiet", Terminal(), True),
    ):
        with Progress("rows", total=2_000, is_quiet=is_quiet, stream=stream) as progress:
            progress.advance(1_000)
        seen[name] = stream.getvalue()
    assert seen["quiet"] == ""
    assert seen["file"].splitlines() == ["rows: 1,000 of 2,000, 12 s", "rows: 1,000 of 2,000, 18 s"]
    assert seen["terminal"].startswith(
        "\rrows [###############...............] 1,000 of 2,000, 12 s"
    )
    assert seen["terminal"].endswith("\n")


def test_an_area_is_never_higher_than_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cursor cannot go up to a line that has left the screen: it would be written again."""
    monkeypatch.setenv("LINES", "5")
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.delenv("TERM", raising=False)
    stream = Terminal()
    area = LiveArea(stream)
    lines = [f"line {number}" for number in range(9)]
    area.show(lines)
    assert stream.getvalue().splitlines() == ["line 0", "line 1", "line 2", "... 6 more lines"]
    area.show(lines)
    assert "\x1b[4A\r\x1b[J" in stream.getvalue()


def test_a_terminal_that_cannot_go_up_gets_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    stream = Terminal()
    area = LiveArea(stream)
    area.show(["one"])
    area.show(["two"], ["news"])
    assert "\x1b" not in stream.getvalue()


def test_what_a_terminal_would_obey_is_not_written() -> None:
    """An error quotes what the warehouse said, and data is anybody's."""
    stream = io.StringIO()
    LiveArea(stream).show(["a\x1b[2J\x1b]0;title\x07b\r\x9bm"])
    assert stream.getvalue() == "a\ufffd[2J\ufffd]0;title\ufffdb\ufffd\ufffdm\n"
    assert "\x1b" not in table([{"error": "\x1b[31mred"}], ("error",))
