"""Rule 11: sizes a reader can hold; a longer thing needs a reason in `size_exceptions.txt`.

What documents does not count: a function's docstring, the comment before a macro.
"""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from dev.lint import jinja_source
from dev.lint.problem import Problem

RULE = "sizes"
MACRO_LINES = 40
MACRO_FILE_LINES = 120
FUNCTION_LINES = 40
MODULE_LINES = 400
EXCEPTIONS = "dev/lint/size_exceptions.txt"
PYTHON_FOLDERS = ("python_hooks", "dev", "integration_tests", "benchmarks")

_EXCEPTION = re.compile(r"^(?P<target>\S+):\s+(?P<reason>\S+(?:\s+\S+){2,})$")
_NOT_OURS = {"target", "dbt_packages", "build", "logs"}


@dataclass(frozen=True)
class Measured:
    """Something with a length: a file, or `file::name` for a macro or function."""

    target: str
    line: int
    lines: int
    limit: int


def check(root: Path) -> list[Problem]:
    allowed, problems = _exceptions(root)
    long = [each for each in [*_macros(root), *_python(root)] if each.lines > each.limit]
    problems += [
        Problem(
            each.target.split("::")[0],
            each.line,
            RULE,
            f"expected at most {each.limit} lines in {each.target}, got {each.lines}. "
            f"Take it apart, or add '{each.target}: <a reason a reader accepts>' to {EXCEPTIONS}.",
        )
        for each in long
        if each.target not in allowed
    ]
    problems += [
        Problem(
            EXCEPTIONS,
            line,
            RULE,
            f"expected something too long at {target}, got nothing of the kind. Remove the line.",
        )
        for target, line in allowed.items()
        if target not in {each.target for each in long}
    ]
    return problems


def _exceptions(root: Path) -> tuple[dict[str, int], list[Problem]]:
    path = root / EXCEPTIONS
    allowed: dict[str, int] = {}
    problems = []
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _EXCEPTION.match(line.strip())
        if match:
            allowed[match["target"]] = number
        else:
            message = (
                f"expected 'path[::name]: a reason of three words or more', got '{line.strip()}'. "
                "Say why it cannot be shorter."
            )
            problems.append(Problem(EXCEPTIONS, number, RULE, message))
    return allowed, problems


def _macros(root: Path) -> list[Measured]:
    found = []
    for source in jinja_source.sources(root, "macros"):
        found.append(Measured(source.path, 1, len(source.text.splitlines()), MACRO_FILE_LINES))
        found += [
            Measured(
                f"{source.path}::{each.name}",
                each.first_line,
                each.last_line - each.first_line + 1,
                MACRO_LINES,
            )
            for each in source.definitions
        ]
    return found


def _python(root: Path) -> list[Measured]:
    found = []
    for folder in PYTHON_FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            inside = path.relative_to(root)
            if _NOT_OURS & set(inside.parts) or any(part[0] == "." for part in inside.parts):
                continue
            text = path.read_text(encoding="utf-8")
            name = inside.as_posix()
            found.append(Measured(name, 1, len(text.splitlines()), MODULE_LINES))
            found += _functions(name, text)
    return found


def _functions(name: str, text: str) -> list[Measured]:
    try:
        tree = ast.parse(text)
    except SyntaxError:  # ruff reports it
        return []
    return [
        Measured(f"{name}::{node.name}", node.lineno, _length(node), FUNCTION_LINES)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    length = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        length -= (first.end_lineno or first.lineno) - first.lineno + 1
    return length
