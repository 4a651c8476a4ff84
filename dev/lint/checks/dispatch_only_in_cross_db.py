"""Rule 3: only macros/cross_db knows which warehouse it talks to."""

import re
from pathlib import Path

from dev.lint import jinja_source
from dev.lint.problem import Problem

RULE = "dispatch_only_in_cross_db"
HOME = "macros/cross_db/"

_ADAPTER_CODE = re.compile(
    rf"\b(?:{'|'.join(jinja_source.ADAPTERS)})__\w+"
    r"|\btarget\s*(?:\.\s*type\b|\[\s*['\"]type['\"]\s*\]|\.\s*get\(\s*['\"]type['\"])"
    r"|\badapter\s*\.\s*type\(\)\s*(?:[=!]=|(?:not\s+)?in\b)"  # a branch, not a fact to record
)


def check(root: Path) -> list[Problem]:
    return [
        Problem(
            source.path,
            line,
            RULE,
            f"expected code that is the same on every warehouse, got '{found}'. Put what differs "
            f"into a primitive under {HOME}, with a default__ beside it, and call that.",
        )
        for source in jinja_source.sources(root, *jinja_source.FOLDERS_WITH_JINJA)
        if not source.path.startswith(HOME)
        for line, found in source.search(_ADAPTER_CODE)
    ]
