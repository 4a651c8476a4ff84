"""Every SQL file parses as dbt's Jinja, without tabs or white space at a line's end."""

import importlib.util
import re
from pathlib import Path

import jinja2

from dev.lint import jinja_source
from dev.lint.problem import Problem
from dev.lint.python_tool import ToolMissingError

RULE = "macro_syntax"

_BAD_SPACE = re.compile(r"\t|[ \r]+$", re.MULTILINE)


def check(root: Path) -> list[Problem]:
    problems = []
    environment = _environment()
    for path in jinja_source.sql_paths(root, *jinja_source.FOLDERS_WITH_JINJA):
        where = path.relative_to(root).as_posix()
        text = path.read_bytes().decode("utf-8")  # read_text would hide a carriage return
        problems += _spaces(where, text)
        try:
            environment.parse(text)
        except jinja2.TemplateSyntaxError as error:
            message = (
                f"expected Jinja that dbt can parse, got: {error.message}. Correct the tag there."
            )
            problems.append(Problem(where, error.lineno, RULE, message))
    return problems


def _spaces(where: str, text: str) -> list[Problem]:
    return [
        Problem(
            where,
            text.count("\n", 0, match.start()) + 1,
            RULE,
            f"expected no tab and nothing after a line's last word, got {match[0]!r}. "
            "Indent with spaces and strip the line's end.",
        )
        for match in _BAD_SPACE.finditer(text)
    ]


def _environment() -> jinja2.Environment:
    """dbt's own environment, which knows `{% test %}`, `{% materialization %}` and typed arguments.

    Imported here and not above: it takes a second, and only this check needs it.
    """
    if importlib.util.find_spec("dbt_common") is None:
        raise ToolMissingError("dbt-core")
    from dbt_common.clients import jinja

    environment: jinja2.Environment = jinja.get_environment(None)
    return environment
