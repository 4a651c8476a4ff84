"""Every setting stands in the README's one table, and the table names no other."""

import re
from pathlib import Path

from dev.lint import jinja_source
from dev.lint.problem import Problem

RULE = "settings_documented"
SETTINGS = ("macros/ledger/setting_specs.sql", "macros/ledger/settings.sql")
README = "README.md"

_KEY = re.compile(r"""['"](run_ledger_[a-z0-9_]+)['"]\s*:""")
_ROW = re.compile(r"^\s*\|\s*`(run_ledger_[a-z0-9_]+)`\s*\|")


def check(root: Path) -> list[Problem]:
    keys = {
        match[1]: (source.path, line)
        for source in jinja_source.sources(root, "macros/ledger")
        if source.path in SETTINGS
        for line, text in source.code_lines.items()
        for match in _KEY.finditer(text)
    }
    if not keys:
        return []
    rows = _rows(root / README)
    problems = [
        Problem(
            path,
            line,
            RULE,
            f"expected a row for `{key}` in the settings table of {README}, got none. "
            f"Add one that starts with '| `{key}` |'.",
        )
        for key, (path, line) in keys.items()
        if key not in rows
    ]
    problems += [
        Problem(
            README,
            line,
            RULE,
            f"expected only settings of {SETTINGS[0]}, got `{row}`. Remove the row or add it.",
        )
        for row, line in rows.items()
        if row not in keys
    ]
    return problems


def _rows(readme: Path) -> dict[str, int]:
    lines = readme.read_text(encoding="utf-8").splitlines() if readme.exists() else []
    matches = ((number, _ROW.match(line)) for number, line in enumerate(lines, start=1))
    return {match[1]: number for number, match in matches if match}
