from collections.abc import Callable

import pytest

from dev.lint.problem import Problem

Find = Callable[[str, dict[str, str]], list[Problem]]
CHECK = "literals"

BY_HAND = [
    "select '{{ value }}'",
    "select 'JOB_{{ invocation_id }}' as id",
    "select '{% if x %}{{ x }}{% endif %}'",
    "select 'it''s {{ value }}'",
    "{% set sql %}\nselect '{{ value }}'\n{% endset %}",
    """{{ return("'" ~ value ~ "'") }}""",
    """{{ "select '" + value + "'" }}""",
    """{{ "where name = '" ~ name ~ "' and 1 = 1" }}""",
    """{{ "'" ~ names | join("', '") ~ "'" }}""",
    """{{ names | join("','") }}""",
    """{{ a ~ "', '" ~ b }}""",
    """{{ "'%s'" % value }}""",
    """{{ "'%s'" | format(value) }}""",
    """{{ "'{}'".format(value) }}""",
    """{{ value.replace("'", "''") }}""",
    """{{ value | replace("'", "\\\\'") }}""",
    """{{ value | replace('\\'', "''") }}""",
]

SAFE = [
    "select {{ run_ledger.sql_literal(value) }}, 'RUNNING' as status",
    "select 'a', {{ value }}, 'b'",
    "-- don't\nselect {{ value }}",
    "-- '{{ value }}'",
    "/* it's */ select {{ value }}",
    "{# '{{ value }}' #}",
    """{{ "expected one of 'a', 'b', got " ~ value }}""",
    """{{ "the table's name is " ~ value }}""",
    """{{ model ~ "'s rows" }}""",
    """{{ exceptions.raise_compiler_error("expected text, got '" ~ value ~ "'") }}""",
    """{% do log("moved '" ~ value ~ "'", info=true) %}""",
    """{% set message = "run_ledger.move(): expected text, got '" ~ value ~ "'" %}""",
    """{% set states = ['a', 'b'] %}{{ states | join(', ') }}""",
    """{{ "%s" % value }}""",
    """{{ value.replace('"', '') }}""",
    """{{ {'name': 'x' ~ value} }}""",
]


def macro(body: str) -> str:
    return "{% macro x(value) %}\n" + body + "\n{% endmacro %}\n"


@pytest.mark.parametrize("body", BY_HAND)
def test_quoting_by_hand_is_reported(find: Find, body: str) -> None:
    problems = find(CHECK, {"macros/ledger/x.sql": macro(body)})
    line = 3 if body.startswith("{% set sql") else 2
    assert [problem.line for problem in problems] == [line]


@pytest.mark.parametrize("body", SAFE)
def test_what_only_looks_like_it_passes(find: Find, body: str) -> None:
    assert find(CHECK, {"macros/ledger/x.sql": macro(body)}) == []


@pytest.mark.parametrize("body", BY_HAND)
@pytest.mark.parametrize("name", ["sql_literal", "json_literal"])
def test_the_literals_themselves_may(find: Find, name: str, body: str) -> None:
    assert find(CHECK, {f"macros/cross_db/{name}.sql": macro(body)}) == []


def test_a_literal_elsewhere_may_not(find: Find) -> None:
    assert len(find(CHECK, {"macros/ledger/my_literal.sql": macro(BY_HAND[0])})) == 1


def test_a_line_is_exempt_with_a_reason_only(find: Find) -> None:
    for body in BY_HAND[:2]:
        text = macro(body + " {# literal: constant, set by the package only #}")
        assert find(CHECK, {"macros/x.sql": text}) == []
    text = macro(BY_HAND[0] + " {# literal: constant #}")
    assert len(find(CHECK, {"macros/x.sql": text})) == 2


def test_an_exemption_covers_its_own_line_only(find: Find) -> None:
    text = macro(BY_HAND[0] + " {# literal: set by the package #}\n" + BY_HAND[0])
    assert [each.line for each in find(CHECK, {"macros/x.sql": text})] == [3]
