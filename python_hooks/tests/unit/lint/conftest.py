"""Every lint test writes a small repository and asks one check what it finds there."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from dev.lint.problem import Problem
from dev.lint.run import run_check

HOUSE_FORM = re.compile(r"^expected .+, got.+[.] .+[.]$", re.DOTALL)

Find = Callable[[str, dict[str, str]], list[Problem]]


@pytest.fixture
def find(tmp_path: Path) -> Find:
    """`find(check, {path: text})`: the problems, each in the form that every message has."""

    def find_problems(check: str, files: dict[str, str]) -> list[Problem]:
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, encoding="utf-8", newline="")
        problems = run_check(check, tmp_path)
        for problem in problems:
            assert HOUSE_FORM.match(problem.message), problem.message
            assert problem.rule == check
            assert (tmp_path / problem.path).exists() or problem.path == "README.md"
        return problems

    return find_problems
