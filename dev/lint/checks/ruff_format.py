"""`ruff format`: how the code is laid out is nobody's decision."""

import re
from pathlib import Path

from dev.lint import python_tool
from dev.lint.problem import Problem

RULE = "ruff_format"

_FILE = re.compile(r"^--- (.+)$", re.MULTILINE)


def check(root: Path) -> list[Problem]:
    result = python_tool.run(root, "ruff", "format", "--diff", ".")
    files = _FILE.findall(result.stdout)
    if result.returncode == 0 or files:
        message = "expected the layout of `ruff format`, got another. Run `ruff format`."
        return [Problem(path, 1, RULE, message) for path in files]
    got = result.stderr.strip()
    message = f"expected `ruff format` to run, got: {got}. Correct what it names."
    return [Problem("pyproject.toml", 1, RULE, message)]
