from collections.abc import Callable

import pytest

from dev.lint.problem import Problem

Find = Callable[[str, dict[str, str]], list[Problem]]
CHECK = "override_has_reason"
PATH = "macros/cross_db/x.sql"

WRAPPER = "{% macro x() %}{{ return(adapter.dispatch('x', 'run_ledger')()) }}{% endmacro %}\n"
DEFAULT = "{% macro default__x() %}now(){% endmacro %}\n"
REASON = "{#- It has no now(). -#}\n"
OVERRIDE = "{% macro duckdb__x() %}{BODY}{% endmacro %}\n"


@pytest.mark.parametrize(
    "text",
    [
        WRAPPER + DEFAULT,
        WRAPPER + DEFAULT + REASON + OVERRIDE,
        WRAPPER + DEFAULT + REASON + "\n" + OVERRIDE,
        WRAPPER + DEFAULT + OVERRIDE.replace("{BODY}", "\n  " + REASON + "  now()"),
        "{% macro x() %}{% endmacro %}",
    ],
)
def test_a_reason_before_or_inside_passes(find: Find, text: str) -> None:
    assert find(CHECK, {PATH: text}) == []


@pytest.mark.parametrize(
    "text",
    [
        WRAPPER + DEFAULT + OVERRIDE,
        WRAPPER + DEFAULT + "{# duckdb #}" + OVERRIDE,
        WRAPPER + REASON + DEFAULT + OVERRIDE,
        WRAPPER + DEFAULT + "-- It has no now().\n" + OVERRIDE,
        WRAPPER + DEFAULT + OVERRIDE.replace("{BODY}", "now() " + REASON),
    ],
)
def test_an_override_without_one_is_reported(find: Find, text: str) -> None:
    (problem,) = find(CHECK, {PATH: text})
    assert "duckdb__x" in problem.message


@pytest.mark.parametrize("text", [WRAPPER, WRAPPER + REASON + OVERRIDE])
def test_a_dispatch_without_a_default_is_reported(find: Find, text: str) -> None:
    (problem,) = find(CHECK, {PATH: text})
    assert "default__x" in problem.message


@pytest.mark.parametrize("body", ["", "\n  ", "{# nothing to do here #}"])
def test_an_empty_default_is_reported(find: Find, body: str) -> None:
    default = "{% macro default__x() %}" + body + "{% endmacro %}"
    (problem,) = find(CHECK, {PATH: WRAPPER + default})
    assert problem.line == 2
    assert "empty" in problem.message


def test_a_default_that_raises_passes(find: Find) -> None:
    default = "{% macro default__x() %}{% do exceptions.warn('no x') %}{% endmacro %}"
    assert find(CHECK, {PATH: WRAPPER + default}) == []
