from collections.abc import Callable

import pytest

from dev.lint.problem import Problem

Find = Callable[[str, dict[str, str]], list[Problem]]
CHECK = "documented"

MACRO = {"macros/move.sql": "{% macro move(run_id, to='x', note: string = none) %}x{% endmacro %}"}
MACRO_YML = """
macros:
  - name: move
    description: Moves a run.
    arguments:
      - {name: run_id, description: The run.}
      - {name: to, description: The state.}
      - {name: note, description: Why.}
"""
MODEL = {"models/a/run_ledger__runs.sql": "select 1 as run_id"}
MODEL_YML = """
models:
  - name: run_ledger__runs
    description: One row per run. Newest first.
    columns:
      - name: run_id
        description: The run.
"""


def messages(problems: list[Problem]) -> str:
    return "\n".join(problem.message for problem in problems)


def test_a_documented_macro_passes(find: Find) -> None:
    assert find(CHECK, {**MACRO, "macros/macros.yml": MACRO_YML}) == []


def test_a_generic_test_is_documented_under_the_name_dbt_gives_it(find: Find) -> None:
    files = {"macros/is_utc.sql": "{% test is_utc(model) %}x{% endtest %}"}
    yml = """
    macros:
      - name: test_is_utc
        description: Fails on a local time.
        arguments: [{name: model, description: Any.}]
    """
    assert find(CHECK, {**files, "macros/macros.yml": yml}) == []
    assert len(find(CHECK, {"macros/macros.yml": yml.replace("test_is_utc", "is_utc")})) == 2


def test_overrides_need_no_entry(find: Find) -> None:
    text = MACRO["macros/move.sql"] + "{% macro default__move() %}x{% endmacro %}"
    assert find(CHECK, {"macros/move.sql": text, "macros/a/macros.yml": MACRO_YML}) == []


@pytest.mark.parametrize(
    ("yml", "said"),
    [
        ("macros: []", "an entry 'move'"),
        (MACRO_YML.replace("Moves a run.", "''"), "a description of macro 'move'"),
        (MACRO_YML.replace("The state.", "''"), "an argument of 'move', 'to'"),
        (MACRO_YML.replace("name: to,", "name: target,"), "(run_id, target, note)"),
        (MACRO_YML.replace("      - {name: note, description: Why.}\n", ""), "(run_id, to)"),
        (MACRO_YML + "  - {name: gone, description: It was.}", "a macro named 'gone'"),
        (MACRO_YML + "  - {name: move, description: Again.}", "one entry for macro 'move'"),
        ("macros: [", "an entry 'move'"),
    ],
)
def test_a_macro_without_its_full_entry_is_reported(find: Find, yml: str, said: str) -> None:
    (problem,) = find(CHECK, {**MACRO, "macros/macros.yml": yml})
    assert said in problem.message


def test_a_problem_names_the_line_of_the_entry(find: Find) -> None:
    yml = MACRO_YML.replace("Moves a run.", "''")
    (problem,) = find(CHECK, {**MACRO, "macros/macros.yml": yml})
    assert (problem.path, problem.line) == ("macros/macros.yml", 3)


@pytest.mark.parametrize(
    "description",
    [
        "One row per run. Newest first.",
        "The runs, one row per run, newest first.",
        "One row\n      per run and hour.",
        "'{{ doc(\"runs\") }}'",
    ],
)
def test_a_model_that_states_its_grain_passes(find: Find, description: str) -> None:
    yml = MODEL_YML.replace("One row per run. Newest first.", description)
    page = {"models/a/runs.md": "{% docs runs %}\nOne row per run.\n{% enddocs %}"}
    assert find(CHECK, {**MODEL, **page, "models/a/run_ledger__runs.yml": yml}) == []


@pytest.mark.parametrize(
    ("yml", "said"),
    [
        ("models: []", "an entry 'run_ledger__runs'"),
        (MODEL_YML.replace("One row per run. Newest", "Newest"), "state its grain"),
        (MODEL_YML.replace("One row per run. Newest", "All. One row per run"), "state its grain"),
        (MODEL_YML.replace("One row per run. Newest first.", "''"), "a description of model"),
        (MODEL_YML.replace("The run.", "''"), "a column of 'run_ledger__runs', 'run_id'"),
        (MODEL_YML.split("    columns")[0], "the columns of"),
        (MODEL_YML.replace("One row per run. Newest first.", "'{{ doc(\"a\") }}'"), "description"),
    ],
)
def test_a_model_without_its_full_entry_is_reported(find: Find, yml: str, said: str) -> None:
    (problem,) = find(CHECK, {**MODEL, "models/a/models.yml": yml})
    assert said in problem.message


def test_the_entry_stands_beside_the_model(find: Find) -> None:
    (problem,) = find(CHECK, {**MODEL, "models/models.yml": MODEL_YML})
    assert "one in models/models.yml" in problem.message


def test_source_tables_and_their_columns_are_described(find: Find) -> None:
    yml = """
    sources:
      - name: ledger
        tables:
          - name: runs
            columns: [{name: run_id}]
    """
    said = messages(find(CHECK, {"models/staging/sources.yml": yml}))
    assert "source table 'ledger.runs'" in said
    assert "a column of 'ledger.runs', 'run_id'" in said
