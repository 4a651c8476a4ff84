"""`ruff check`, with the rules that pyproject.toml selects."""

import json
from pathlib import Path

from dev.lint import python_tool
from dev.lint.problem import Problem

RULE = "ruff"


def check(root: Path) -> list[Problem]:
    result = python_tool.run(root, "ruff", "check", "--quiet", "--output-format=json", ".")
    if result.returncode not in (0, 1):
        got = result.stderr.strip()
        message = f"expected ruff to run, got: {got}. Correct its configuration."
        return [Problem("pyproject.toml", 1, RULE, message)]
    return [
        Problem(
            Path(found["filename"]).relative_to(root).as_posix(),
            (found["location"] or {"row": 1})["row"],
            RULE,
            f"expected code that passes {found['code']}, got: {found['message'].rstrip('.')}. "
            "Correct it; `ruff check --fix` does many by itself.",
        )
        for found in json.loads(result.stdout or "[]")
    ]
