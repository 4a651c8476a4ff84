"""ruff and mypy themselves are not tested here, only that what they find arrives."""

from collections.abc import Callable

import pytest

from dev.lint.problem import Problem

Find = Callable[[str, dict[str, str]], list[Problem]]

PYPROJECT = {"pyproject.toml": "[tool.mypy]\nstrict = true\n"}


@pytest.mark.parametrize(
    ("check", "text", "line"),
    [
        ("ruff", "x = 1\nimport os\n", 2),
        ("ruff", "def broken(:\n", 1),
        ("ruff_format", "x = (1,)\ny    = 2\n", 1),
        ("mypy", "x = 1\n\ny: str = x\n", 3),
        ("mypy", "def f(x):\n    return x\n", 1),
    ],
)
def test_what_a_tool_finds_is_reported(find: Find, check: str, text: str, line: int) -> None:
    problems = find(check, {**PYPROJECT, "dev/a.py": text})
    assert (problems[0].path, problems[0].line) == ("dev/a.py", line)


@pytest.mark.parametrize("check", ["ruff", "ruff_format", "mypy"])
def test_clean_code_passes(find: Find, check: str) -> None:
    assert find(check, {**PYPROJECT, "dev/a.py": "x: int = 1\n"}) == []


@pytest.mark.parametrize("check", ["ruff", "ruff_format", "mypy"])
def test_a_tool_that_cannot_run_is_a_problem(find: Find, check: str) -> None:
    files = {"pyproject.toml": "[tool.ruff\n", "dev/a.py": "x: int = \n"}
    assert find(check, files)


def test_no_python_no_problem(find: Find) -> None:
    assert find("mypy", PYPROJECT) == []
