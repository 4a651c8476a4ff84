"""A34, A75: no secret leaves the process, and no clean line is changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
import pytest

from dbt_run_ledger.function_logs.secrets import (
    PATTERNS,
    value_without_secrets,
    without_secrets,
)
from integration_tests.functional.ledger.secrets_and_clean_lines import CLEAN, SECRETS

ROOT = Path(__file__).resolve().parents[4]


def patterns_of_the_macro() -> list[tuple[str, str]]:
    returned: list[Any] = []
    names = {
        "run_ledger": {"setting": lambda _: []},
        "return": lambda value: returned.append(value) or "",  # type: ignore[func-returns-value]
    }
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])  # noqa: S701 - no HTML
    source = (ROOT / "macros" / "ledger" / "secret_patterns.sql").read_text()
    environment.from_string(source, globals=names).module.secret_patterns()  # type: ignore[attr-defined]
    return [(pattern, by) for pattern, by in returned[0]]


def test_the_patterns_are_those_of_the_macro() -> None:
    assert patterns_of_the_macro() == list(PATTERNS)


@pytest.mark.parametrize(("line", "secret"), SECRETS)
def test_every_secret_goes(line: str, secret: str) -> None:
    shown = without_secrets(line)
    assert secret not in shown
    assert without_secrets(shown) == shown


@pytest.mark.parametrize("line", CLEAN)
def test_clean_lines_stay(line: str) -> None:
    assert without_secrets(line) == line


def test_values_under_the_name_of_a_secret_go_whole() -> None:
    given = {
        "user_id": "U1",
        "api_key": "abc",
        "headers": {"Authorization": "Basic x", "Accept": "*/*", "Cookie": "a=b"},
        "token_count": 7,
        "tags": ["a", "password=hunter2"],
        "token": 12345678,
    }
    assert value_without_secrets(given) == {
        "user_id": "U1",
        "api_key": "***",
        "headers": {"Authorization": "***", "Accept": "*/*", "Cookie": "***"},
        "token_count": 7,
        "tags": ["a", "password=***"],
        "token": "***",
    }
