"""`mypy`, strict, over every folder that holds Python."""

import re
from pathlib import Path

from dev.lint import python_tool
from dev.lint.problem import Problem

RULE = "mypy"

_ERROR = re.compile(r"^(?P<path>[^:\n]+):(?P<line>\d+): error: (?P<message>.+)$", re.MULTILINE)


def check(root: Path) -> list[Problem]:
    folders = python_tool.python_folders(root)
    if not folders:
        return []
    result = python_tool.run(root, "mypy", "--no-error-summary", "--no-pretty", *folders)
    problems = [
        Problem(
            found["path"],
            int(found["line"]),
            RULE,
            f"expected types that hold, got: {found['message'].rstrip('.')}. Correct the types.",
        )
        for found in _ERROR.finditer(result.stdout)
    ]
    if result.returncode != 0 and not problems:
        got = (result.stdout + result.stderr).strip()
        message = f"expected mypy to run, got: {got}. Correct what it names."
        problems.append(Problem("pyproject.toml", 1, RULE, message))
    return problems
