"""The blocks of the documentation, so that tests run what is printed there."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from integration_tests.functional.harness.keeper import ROOT

PAGES = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
)
_BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^\1```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    page: str
    heading: str
    language: str
    text: str


def blocks(page: Path) -> Iterator[Block]:
    """Each fenced block, with the heading that it stands under."""
    text = page.read_text(encoding="utf-8")
    for match in _BLOCK.finditer(text):
        headings = re.findall(r"^#+ (.*)$", _BLOCK.sub("", text[: match.start()]), re.MULTILINE)
        name = page.relative_to(ROOT).as_posix()
        yield Block(name, headings[-1], match[2], textwrap.dedent(match[3]))


def block(name: str, heading: str, language: str, number: int = 0) -> str:
    """The text of one of them."""
    found = [each for each in blocks(ROOT / name) if each.heading == heading]
    return [each.text for each in found if each.language == language][number]
