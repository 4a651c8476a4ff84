from collections.abc import Callable

import pytest

from dev.lint.problem import Problem

Find = Callable[[str, dict[str, str]], list[Problem]]
CHECK = "settings_documented"

SETTINGS = """
{% macro settings() %}
  {{ return({
    'run_ledger_schema': {'default': 'run_ledger'},
    'run_ledger_enabled' : {'default': true},
  }) }}
  {# 'run_ledger_gone': {} #}
{% endmacro %}
"""
TABLE = """
| setting | default | meaning |
|---|---|---|
| `run_ledger_schema` | `run_ledger` | where the tables live |
| `run_ledger_enabled` | `true` | whether anything is written |
"""


def test_no_settings_no_problems(find: Find) -> None:
    assert find(CHECK, {"README.md": TABLE}) == []


def test_a_row_for_each_setting_passes(find: Find) -> None:
    assert find(CHECK, {"macros/ledger/setting_specs.sql": SETTINGS, "README.md": TABLE}) == []


@pytest.mark.parametrize(
    ("readme", "path", "said"),
    [
        (TABLE.replace("| `run_ledger_enabled`", "`run_ledger_enabled`"), "macros", "enabled"),
        (TABLE + "| `run_ledger_gone` | | |\n", "README.md", "run_ledger_gone"),
    ],
)
def test_a_difference_is_reported(find: Find, readme: str, path: str, said: str) -> None:
    files = {"macros/ledger/setting_specs.sql": SETTINGS, "README.md": readme}
    (problem,) = find(CHECK, files)
    assert problem.path.startswith(path)
    assert said in problem.message


def test_a_missing_readme_documents_nothing(find: Find) -> None:
    problems = find(CHECK, {"macros/ledger/setting_specs.sql": SETTINGS})
    assert [problem.line for problem in problems] == [4, 5]
