from collections.abc import Callable

import pytest

from dev.lint.problem import Problem

Find = Callable[[str, dict[str, str]], list[Problem]]
CHECK = "one_macro_per_file"

MACRO = "{% macro now_utc() %}x{% endmacro %}\n"
DISPATCHED = (
    MACRO
    + "{% macro default__now_utc() %}x{% endmacro %}\n"
    + "{%- macro duckdb__now_utc() -%}x{%- endmacro -%}\n"
)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("macros/cross_db/now_utc.sql", MACRO),
        ("macros/cross_db/now_utc.sql", DISPATCHED),
        ("macros/generic_tests/is_utc.sql", "{% test is_utc(model, column_name) %}{% endtest %}"),
        (
            "macros/generic_tests/is_utc.sql",
            "{% test is_utc(a) %}x{% endtest %}{% macro default__test_is_utc(a) %}x{% endmacro %}",
        ),
        ("macros/ledger.sql", "{% materialization ledger, default %}x{% endmaterialization %}"),
    ],
)
def test_a_file_with_its_one_macro_passes(find: Find, path: str, text: str) -> None:
    assert find(CHECK, {path: text}) == []


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("macros/clock.sql", MACRO, 1),
        ("macros/now_utc.sql", MACRO + "{% macro other() %}x{% endmacro %}", 2),
        ("macros/now_utc.sql", MACRO + "{% macro duckdb__other() %}x{% endmacro %}", 2),
        ("macros/now_utc.sql", MACRO + MACRO, 2),
        ("macros/now_utc.sql", "{# only a comment #}", 1),
        ("macros/now_utc.sql", "{% macro default__now_utc() %}x{% endmacro %}", 1),
        ("macros/is_utc.sql", "{% test is_local(model) %}x{% endtest %}", 1),
    ],
)
def test_anything_else_is_reported(find: Find, path: str, text: str, line: int) -> None:
    assert [(each.path, each.line) for each in find(CHECK, {path: text})] == [(path, line)]


def test_a_macro_in_a_comment_does_not_count(find: Find) -> None:
    text = "{# {% macro other() %}{% endmacro %} #}\n" + MACRO
    assert find(CHECK, {"macros/now_utc.sql": text}) == []


def test_a_leading_underscore_is_reported(find: Find) -> None:
    path = "macros/_now_utc.sql"
    text = "{% macro _now_utc() %}x{% endmacro %}"
    assert [each.path for each in find(CHECK, {path: text})] == [path]


def test_the_yml_of_a_folder_may_begin_with_an_underscore(find: Find) -> None:
    """dbt's own convention: it stands above the files that it describes."""
    assert find(CHECK, {"macros/ledger/_ledger.yml": "macros: []"}) == []
