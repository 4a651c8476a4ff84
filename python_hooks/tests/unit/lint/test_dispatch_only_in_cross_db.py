from collections.abc import Callable

import pytest

from dev.lint.problem import Problem

Find = Callable[[str, dict[str, str]], list[Problem]]
CHECK = "dispatch_only_in_cross_db"

ADAPTER_CODE = [
    "{% macro snowflake__x() %}x{% endmacro %}",
    "{% if target.type == 'duckdb' %}x{% endif %}",
    "{% if target['type'] == 'duckdb' %}x{% endif %}",
    "{% if target.get('type') == 'duckdb' %}x{% endif %}",
    "{% if adapter.type() == 'duckdb' %}x{% endif %}",
    "{% if adapter.type() not in ['duckdb'] %}x{% endif %}",
    "select {{ run_ledger.postgres__x() }}",
    "-- {{ target.type }} runs although SQL calls it a comment",
]


@pytest.mark.parametrize("text", ADAPTER_CODE)
@pytest.mark.parametrize("path", ["macros/ledger/x.sql", "models/x.sql", "analyses/a/x.sql"])
def test_adapter_code_outside_cross_db_is_reported(find: Find, path: str, text: str) -> None:
    assert [(each.path, each.line) for each in find(CHECK, {path: "\n" + text})] == [(path, 2)]


@pytest.mark.parametrize("text", ADAPTER_CODE)
def test_cross_db_is_its_home(find: Find, text: str) -> None:
    assert find(CHECK, {"macros/cross_db/x.sql": text}) == []


@pytest.mark.parametrize(
    "text",
    [
        "{# snowflake__x and target.type #}",
        "{#- over\n two lines: target.type\n-#}\nselect 1",
        "-- not duckdb__x\nselect 1",
        "/* not\n duckdb__x */ select 1",
        "select '--', 1 -- target.type",
        "select target.type_name, my_target.type_id",
        "{{ target.schema }}",
        "{{ run_ledger.sql_literal(adapter.type()) }}",
    ],
)
def test_comments_and_other_words_pass(find: Find, text: str) -> None:
    assert find(CHECK, {"models/x.sql": text}) == []


def test_a_comment_mark_inside_quotes_hides_nothing(find: Find) -> None:
    assert len(find(CHECK, {"models/x.sql": "select '--', {{ target.type }}"})) == 1
