from collections.abc import Callable

import pytest

from dev.lint.problem import Problem

Find = Callable[[str, dict[str, str]], list[Problem]]
CHECK = "macro_syntax"


@pytest.mark.parametrize(
    "text",
    [
        "{% macro x(a, b: string = 'c') %}{% do a.append(1) %}{% endmacro %}\n",
        "{% for a in b %}{% if a %}{% continue %}{% endif %}{% endfor %}\n",
        "{% test x(model, column_name) %}select 1{% endtest %}\n",
        "{% materialization x, adapter='duckdb' %}x{% endmaterialization %}\n",
        "select '{{ a | tojson }}'\n",
    ],
)
def test_what_dbt_parses_passes(find: Find, text: str) -> None:
    assert find(CHECK, {"macros/x.sql": text, "models/y.sql": text}) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{% macro x() %}select 1\n", 1),
        ("\n{{ a b }}\n", 2),
        ("\n{% mackro x() %}\n", 2),
        ("select '{{ a }'\n", 1),
        ("select 1\n  \n", 2),
        ("select 1 \n", 1),
        ("\tselect 1\n", 1),
        ("select 1\r\n", 1),
    ],
)
@pytest.mark.parametrize("path", ["macros/x.sql", "models/x.sql", "analyses/x.sql"])
def test_anything_else_is_reported(find: Find, path: str, text: str, line: int) -> None:
    assert [(each.path, each.line) for each in find(CHECK, {path: text})] == [(path, line)]


def test_other_checks_leave_a_file_out_that_cannot_be_cut_up(find: Find) -> None:
    files = {"macros/x.sql": "{% macro x() %}{{ 'a }}{% endmacro %}"}
    assert find("one_macro_per_file", files) == []
    assert len(find(CHECK, files)) == 1
