"""Words and constructs that must not get into the repository, each for a reason it states.

A line that needs one after all says so: `house_words: <why, in three words or more>`.
The patterns below are written so that they do not find themselves.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from dev.lint import jinja_source
from dev.lint.jinja_source import Source
from dev.lint.problem import Problem
from dev.lint.repository import text_files

RULE = "house_words"

_EXEMPT = re.compile(r"\bhouse_words: \S+(?: \S+){2,}")

IN_ANY_FILE = [
    (
        # Neither part of a longer path or an address, nor behind a variable.
        re.compile(r"(?<![\w.$}~*/-])/(?:[w]ork|[r]oot|[t]mp|[h]ome/\w+|[U]sers/\w+)/"),
        "a path that exists on every machine",
        "Derive it from the file's own place, or take a temporary directory.",
    ),
    (
        re.compile(
            r"\bhttps?://[^\s)'\"]*(?:pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|crates\.io"
            r"|hub\.getdbt\.com|proxy\.golang\.org|docker\.io|rubygems\.org)"
        ),
        "no address of a package registry",
        "Name the package; where it comes from is the reader's configuration.",
    ),
    (
        re.compile(r"\b(?:[T]ODO|[F]IXME|[X]XX)\b"),
        "finished work",
        "Do it, or write the limit down where users read it.",
    ),
]

IN_JINJA = [
    (
        re.compile(r"\$(?:[A-Za-z_]\w*)?\$"),
        "single quotes around SQL text",
        "dbt v2 splits a dollar-quoted body at its semicolons on Postgres: use sql_literal.",
    ),
    (
        re.compile(r"\bmodules\s*\.\s*itertools\b"),
        "Jinja that dbt v2 has too",
        "It lacks this module: write the loop.",
    ),
    (
        re.compile(r"\btarget\s*\.\s*threads\b"),
        "Jinja that dbt v2 has too",
        "It is none there: do without the number of threads.",
    ),
]

_FORMAT_SPEC = re.compile(r"\{\w*:[^}]*\}")


def check(root: Path) -> list[Problem]:
    problems: list[Problem] = []
    for path, text in text_files(root):
        problems += _in_text(path, text)
        if path.endswith(".py"):
            problems += _in_python(path, text)
    for source in jinja_source.sources(root, *jinja_source.FOLDERS_WITH_JINJA):
        problems += _in_jinja(source)
    return problems


def _in_text(path: str, text: str) -> Iterator[Problem]:
    for number, line in enumerate(text.splitlines(), start=1):
        if _EXEMPT.search(line):
            continue
        for pattern, expected, todo in IN_ANY_FILE:
            for match in pattern.finditer(line):
                yield _problem(path, number, expected, match[0], todo)


def _in_python(path: str, text: str) -> Iterator[Problem]:
    try:
        tree = ast.parse(text)
    except SyntaxError:  # ruff reports it
        return
    lines = text.splitlines()
    for node in ast.walk(tree):
        if _swallows(node) and not _EXEMPT.search(lines[getattr(node, "lineno", 1) - 1]):
            yield _problem(
                path,
                getattr(node, "lineno", 1),
                "an error to be named, kept or reported",
                "one that is caught and forgotten",
                "Catch the class you expect, or log it once.",
            )


def _swallows(node: ast.AST) -> bool:
    """`except Exception: pass`, a bare `except: pass`, or `suppress(Exception)`."""
    if isinstance(node, ast.ExceptHandler):
        does_nothing = all(
            isinstance(each, ast.Pass)
            or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
            for each in node.body
        )
        return does_nothing and (node.type is None or _catches_all(node.type))
    if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "suppress":
        return any(_catches_all(argument) for argument in node.args)
    return False


def _catches_all(caught: ast.expr) -> bool:
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(ast.unparse(name) in ("Exception", "BaseException") for name in names)


def _in_jinja(source: Source) -> Iterator[Problem]:
    for pattern, expected, todo in IN_JINJA:
        for line, found in source.search(pattern):
            yield _problem(source.path, line, expected, found, todo)
    for tag in source.tags:
        for index, token in enumerate(tag[:-3]):
            following = [each.value for each in tag[index + 1 : index + 3]]
            if token.kind == "string" and following == [".", "format"]:
                if _FORMAT_SPEC.search(token.text):
                    todo = "It ignores a format's specification: write '%.2f' % x."
                    yield _problem(
                        source.path, token.line, "Jinja that dbt v2 has too", token.text, todo
                    )
            elif token.value == "fromjson" and _has_second_argument(
                [each.value for each in tag[index + 1 :]]
            ):
                todo = "It returns the input in place of the default: test the text first."
                yield _problem(
                    source.path, token.line, "Jinja that dbt v2 has too", "fromjson(x, y)", todo
                )


def _has_second_argument(values: list[str]) -> bool:
    depth = 0
    for value in values:
        depth += (value in ("(", "[", "{")) - (value in (")", "]", "}"))
        if depth <= 0:
            return False
        if depth == 1 and value == ",":
            return True
    return False


def _problem(path: str, line: int, expected: str, found: str, todo: str) -> Problem:
    return Problem(path, line, RULE, f"expected {expected}, got '{found}'. {todo}")
