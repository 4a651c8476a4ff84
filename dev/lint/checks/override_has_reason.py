"""Rules 2 and 4: an override says why it exists, and a default is there and does something."""

import re
from pathlib import Path

from dev.lint import jinja_source
from dev.lint.jinja_source import Definition, Source
from dev.lint.problem import Problem

RULE = "override_has_reason"
WORDS_IN_A_REASON = 3

_DISPATCH = re.compile(r"\badapter\s*\.\s*dispatch\b")


def check(root: Path) -> list[Problem]:
    problems = []
    for source in jinja_source.sources(root, "macros"):
        problems += _overrides(source)
        problems += _defaults(source)
    return problems


def _overrides(source: Source) -> list[Problem]:
    return [
        Problem(
            source.path,
            definition.first_line,
            RULE,
            f"expected a Jinja comment that says why '{definition.name}' exists, directly before "
            f"it or as its first line, got {_what_is_there(definition)}. Say in one sentence "
            "what this warehouse does differently, with a link if there is one.",
        )
        for definition in source.definitions
        if definition.prefix not in ("", "default") and not _has_reason(definition)
    ]


def _has_reason(definition: Definition) -> bool:
    comments = (definition.comment_before, definition.comment_inside)
    return any(len(comment.split()) >= WORDS_IN_A_REASON for comment in comments)


def _what_is_there(definition: Definition) -> str:
    comment = definition.comment_before or definition.comment_inside
    return f"'{comment}'" if comment else "none"


def _defaults(source: Source) -> list[Problem]:
    problems = []
    defaults = [each for each in source.definitions if each.prefix == "default"]
    dispatches = [line for line, _ in source.search(_DISPATCH)]
    overrides = [each.first_line for each in source.definitions if each.prefix]
    if (dispatches or overrides) and not defaults:
        problems.append(
            Problem(
                source.path,
                (dispatches or overrides)[0],
                RULE,
                f"expected a default__{source.stem} in a file that dispatches, got none. "
                "Add one that works everywhere, or that raises and names what is missing.",
            )
        )
    problems += [
        Problem(
            source.path,
            default.first_line,
            RULE,
            f"expected '{default.name}' to work or to raise, got an empty body. A default that "
            "does nothing hides an unsupported warehouse: write it, or raise_compiler_error.",
        )
        for default in defaults
        if default.is_empty
    ]
    return problems
