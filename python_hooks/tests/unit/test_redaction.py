"""Redaction in Python: the macro's patterns, and what they do."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest

from dbt_run_ledger.errors import InputError
from dbt_run_ledger.redaction import PATTERNS, redact

MACRO = Path(__file__).resolve().parents[3] / "macros/ledger/secret_patterns.sql"


def test_the_patterns_are_those_of_the_macro() -> None:
    text = MACRO.read_text().split("{% macro secret_patterns() %}")[1]
    body = text.split("{%- for pattern in run_ledger.setting")[0]
    found: list[list[str]] = []
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])  # noqa: S701 - no HTML
    template = environment.from_string(body + "{%- do keep(patterns) -%}")
    template.render(keep=found.extend)
    assert found == PATTERNS


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("postgres://me:hunter2@host/db", "postgres://me:***@host/db"),
        ("password=hunter2 it's", "password=*** it's"),
        ("AKIAABCDEFGHIJKLMNOP", "***"),
        ("a plain line: 42 rows, token_id 7", "a plain line: 42 rows, token_id 7"),
        ("nul \x00 and half \ud800", "nul \u2400 and half \ufffd"),
    ],
)
def test_secrets_go_and_the_rest_stays(text: str, kept: str) -> None:
    """X59: what is stored holds no secret, and is text that every warehouse takes."""
    assert redact(text) == kept


def test_patterns_of_the_project() -> None:
    assert redact("order 4711 of user 12", ["[0-9]{4}"]) == "order *** of user 12"
    with pytest.raises(InputError, match=r"expected regular expressions, got '\(' \("):
        redact("text", ["("])
