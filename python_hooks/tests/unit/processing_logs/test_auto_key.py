"""The number of a digest says which of two is newer, on every warehouse."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment

MACRO = Path(__file__).parents[4] / "macros" / "cross_db" / "auto_key.sql"


def test_numbers_of_snowflake_are_in_order() -> None:
    """LC15: what was archived is what has a smaller number, so a later one may not be smaller."""
    environment = Environment(autoescape=False)  # noqa: S701 - SQL
    macros = environment.from_string(MACRO.read_text(), {"return": str}).module
    found = macros.snowflake__auto_key("table")  # type: ignore[attr-defined]
    assert found == "number(38, 0) autoincrement order"
