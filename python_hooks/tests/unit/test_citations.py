"""Each numbered requirement is cited by a test: X27, or as one of a range, X27-X33."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = (ROOT / "python_hooks" / "tests", ROOT / "integration_tests")
# Letter of a subject -> how many requirements it has; C and CC are those across all.
COMPLETE = {
    "X": 60,
    "XC": 14,
    "C": 10,
    "I": 46,
    "IC": 10,
    "P": 43,
    "PC": 9,
    "A": 79,
    "AC": 18,
    "L": 64,
    "LC": 22,
}


def cited(letter: str) -> set[int]:
    pattern = re.compile(rf"\b{letter}(\d+)(?:\s*-\s*{letter}?(\d+))?")
    numbers: set[int] = set()
    for folder in FOLDERS:
        for path in {*folder.rglob("*.py")} - {Path(__file__).resolve()}:
            for match in pattern.finditer(path.read_text()):
                numbers |= set(range(int(match[1]), int(match[2] or match[1]) + 1))
    return numbers


@pytest.mark.parametrize("letter", COMPLETE)
def test_every_requirement_is_cited(letter: str) -> None:
    assert set(range(1, COMPLETE[letter] + 1)) - cited(letter) == set()
