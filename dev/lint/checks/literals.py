"""Rule 6: a value becomes SQL text only in `sql_literal` and `json_literal`.

Their files are the only ones that may write quotes.

Three shapes are found: a Jinja expression inside single quotes of the SQL, a quote glued to a
value inside Jinja, and quotes doubled by hand. Text for people (raise_compiler_error, log, and
whatever starts with the package's name, as errors do) is not SQL and is left alone.

A line that is safe may say so: `{# literal: <why, in three words or more> #}`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from dev.lint import jinja_source
from dev.lint.jinja_source import Source, Token
from dev.lint.problem import Problem

RULE = "literals"
HOMES = re.compile(r"^macros/cross_db/\w+_literal\.sql$")
WORDS_IN_A_REASON = 3
TEXT_FOR_PEOPLE = {
    "log", "print", "raise_compiler_error", "raise_not_implemented", "raise_parsing_error",
    "warn", "warn_or_raise",
}  # fmt: skip

_EXEMPTION = re.compile(r"^\s*literal\s*:?(?P<reason>.*)$", re.DOTALL)
_BETWEEN_QUOTED = re.compile(r"^'\s*,\s*'$")
_QUOTED_PLACE = re.compile(r"'%[sd]'|'\{\w*\}'")


def check(root: Path) -> list[Problem]:
    problems = []
    for source in jinja_source.sources(root, "macros"):
        if not HOMES.match(source.path):
            problems += _in_file(source)
    return problems


def _in_file(source: Source) -> list[Problem]:
    exempt, problems = _exemptions(source)
    found = [*_expressions_in_quotes(source), *_quoting_in_jinja(source)]
    reported = set()
    for first_line, last_line, what in found:
        if exempt & {first_line, last_line} or first_line in reported:
            continue
        reported.add(first_line)
        message = (
            f"expected a value to become SQL only in sql_literal or json_literal, got {what}. "
            "Call run_ledger.sql_literal(value) and write no quotes around it."
        )
        problems.append(Problem(source.path, first_line, RULE, message))
    return problems


def _exemptions(source: Source) -> tuple[set[int], list[Problem]]:
    exempt, problems = set(), []
    for token in source.tokens:
        match = _EXEMPTION.match(token.value) if token.kind == "comment" else None
        if not match:
            continue
        if len(match["reason"].split()) >= WORDS_IN_A_REASON:
            exempt.add(token.line)
        else:
            message = (
                f"expected 'literal: <reason of {WORDS_IN_A_REASON} words or more>', "
                f"got '{token.value.strip()}'. Say why no other value can come here."
            )
            problems.append(Problem(source.path, token.line, RULE, message))
    return exempt, problems


def _expressions_in_quotes(source: Source) -> Iterator[tuple[int, int, str]]:
    for tag in source.tags:
        if tag[0].kind == "variable_begin" and tag[0].in_sql_quotes:
            inside = " ".join(token.value for token in tag[1:-1])
            yield tag[0].line, tag[-1].line, f"the expression {inside} inside single quotes"


def _quoting_in_jinja(source: Source) -> Iterator[tuple[int, int, str]]:
    for tag in source.tags:
        for line, what in _quoting_in_tag(tag):
            yield line, tag[-1].line, what


def _quoting_in_tag(tag: list[Token]) -> Iterator[tuple[int, str]]:
    if any(token.kind == "string" and token.text.startswith("run_ledger.") for token in tag):
        return  # an error's text
    calls: list[str] = []  # the names of the calls around the token
    for index, token in enumerate(tag):
        before, after = tag[index - 1].value, tag[min(index + 1, len(tag) - 1)].value
        if token.value == "(":
            calls.append(before)
        elif token.value == ")" and calls:
            calls.pop()
        elif token.kind == "string" and not TEXT_FOR_PEOPLE & set(calls):
            what = _what_is_quoted(token.text, before, after, calls[-1] if calls else "")
            if what or _doubles_quotes(tag, index):
                yield token.line, what or "quotes doubled by hand"


def _what_is_quoted(text: str, before: str, after: str, call: str) -> str:
    glued = after in ("~", "+")
    if glued and text.endswith("'") and text.count("'") % 2 == 1:
        return "a quote glued to a value"
    if _BETWEEN_QUOTED.match(text) and (glued or before in ("~", "+") or call == "join"):
        return "values joined with quotes between them"
    if _QUOTED_PLACE.search(text) and after in ("%", "|", "."):
        return f"the place for a value inside quotes in {text!r}"
    return ""


def _doubles_quotes(tag: list[Token], index: int) -> bool:
    """`replace("'", "''")`, as a method or as a filter."""
    if tag[index].text not in ("'", "\\'") or index < 2 or index + 2 >= len(tag):
        return False
    called = tag[index - 2].value == "replace" and tag[index - 1].value == "("
    return called and tag[index + 1].value == "," and "'" in tag[index + 2].text
