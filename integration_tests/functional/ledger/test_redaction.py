"""Secrets never reach the table, and what is none stays as it is (docs/architecture.md, "Never a
leak"; A34, A75 for the same patterns): no leak, no change to a clean line, on both engines.
"""

from __future__ import annotations

import json
import time

from integration_tests.functional.cross_db.answers import answers_of
from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.ledger.jinja_texts import batch_macro, jinja_text
from integration_tests.functional.ledger.secrets_and_clean_lines import CLEAN, SECRETS

# Nothing in them is a secret, and a pattern that starts over at every sign takes hours for them.
LONG = {"a": 300_000, "secret": 50_000, "eyJ": 100_000, "\\": 300_000, "a:/": 100_000, " ": 300_000}


@excluded("text alone")
def test_no_leak_and_no_change(cell: Cell) -> None:
    """0 leaks, 0 changes; and the rest of a line that holds a secret can still be read."""
    lines = [*(line for line, _ in SECRETS), *CLEAN]
    project = cell.project("hostile", files={"macros/batch.sql": batch_macro(lines)})
    texts = answers_of(project, "redacted")["texts"]
    leaks = [
        (secret, text)
        for (_, secret), text in zip(SECRETS, texts[: len(SECRETS)], strict=True)
        if secret in text or "***" not in text
    ]
    assert leaks == []
    changes = [
        pair for pair in zip(CLEAN, texts[len(SECRETS) :], strict=True) if pair[0] != pair[1]
    ]
    assert changes == []
    by_line = dict(zip(lines, texts, strict=True))
    for line, wanted in {
        "could not connect to postgres://dbt:hunter2@db.example.com:5432/prod": (
            "could not connect to postgres://dbt:***@db.example.com:5432/prod"
        ),
        '{"api_key": "abc", "x": 1}': '{"api_key": ***, "x": 1}',
        "host=localhost user=dbt password=hunter2 dbname=x": (
            "host=localhost user=dbt password=*** dbname=x"
        ),
    }.items():
        assert by_line[line] == wanted


@excluded("text alone")
def test_long_texts_take_no_time(cell: Cell) -> None:
    """X56: an error of a megabyte is no reason to wait."""
    texts = ", ".join(f"{jinja_text(unit)} * {count}" for unit, count in LONG.items())
    macro = "{% macro batch() %}{{ return([" + texts + "]) }}{% endmacro %}"
    counting = (
        "{% macro lengths() %}{% set n = [] %}{% for t in batch() %}"
        "{% do n.append(run_ledger.redact(t) | length) %}{% endfor %}"
        "{% do log('ANSWERS ' ~ tojson({'lengths': n}), info=true) %}{% endmacro %}"
    )
    files = {"macros/batch.sql": macro, "macros/lengths.sql": counting}
    project = cell.project("hostile", files=files)
    begun = time.process_time()
    answers = answers_of(project, "lengths")
    assert answers == {"lengths": [len(unit) * count for unit, count in LONG.items()]}
    assert time.process_time() - begun < 30


@excluded("text alone")
def test_patterns_of_the_user(cell: Cell) -> None:
    """run_ledger_redact_patterns adds to ours."""
    files = {"macros/batch.sql": batch_macro(["employee E-12345 and password=x", "EE-1"])}
    vars_ = {"run_ledger_redact_patterns": [r"\bE-[0-9]+", "nothing"]}
    project = cell.project("hostile", files=files, vars=vars_)
    texts = answers_of(project, "redacted")["texts"]
    assert texts == ["employee *** and password=***", "EE-1"]


def test_a_secret_in_an_error_of_a_model(cell: Cell) -> None:
    """X41: the error of a real failing model, its selection and its environment."""
    secret = "hunter2-of-the-model"
    model = f"select cast('postgres://dbt:{secret}@db/prod' as integer) as id"
    project = cell.project("two_models", files={"models/first_model.sql": model})
    env = {"DBT_ENV_SECRET_TOKEN": "hunter2-of-the-environment"}
    args = ("--exclude", "path:password=hunter2-of-the-arguments")
    project.dbt("run", *args, env=env, expect=1)
    (row,) = project.ledger()
    assert "postgres://dbt:***@db/prod" in row["error_message_obj"][0]["message"]
    assert "hunter2" not in json.dumps(row, default=str)
