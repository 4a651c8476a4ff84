"""No text breaks a statement, and every text comes back as it was (X59, X21, X41): quotes, `$$`,
backslashes, NUL, newlines, emoji, JSON, Jinja braces, comments, placeholders, 1 MB.
"""

from __future__ import annotations

import json
import re
from zlib import crc32

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.ledger.jinja_texts import batch_macro, cleaned, jinja_text

# Six cells: 10,000 cases.
CASES = 1700
PIECES = [
    *(
        "'",
        '"',
        "`",
        "''",
        '""',
        "$$",
        "$1",
        "$tag$",
        "\\",
        "\\\\",
        "\\'",
        "\\n",
        "\\u0000",
        "\x00",
    ),
    *("\n", "\r", "\r\n", "\t", "\x0b", "\x1b[0m", "\x7f", "\u0085", "\u2028", "\ufeff", "\u202e"),
    *("{{ x }}", "{{", "}}", "{% raw %}", "{% endraw %}", "{%", "%}", "{#", "#}", "{", "}"),
    *(
        "--",
        "/*",
        "*/",
        ";",
        "; drop table x; --",
        "//",
        "%s",
        "%(a)s",
        "%",
        "%%",
        ":name",
        "::",
        "?",
    ),
    *(
        "null",
        "true",
        '{"a": [1, null]}',
        "[",
        "]",
        ",",
        "<b>",
        "&amp;",
        "\U0001f600",
        "\u00e9",
        "e\u0301",
    ),
    *(
        "\u0436",
        "\u6f22\u5b57",
        " ",
        "  ",
        "end",
        "exception when other then",
        "begin",
        "E'",
        "U&'",
    ),
]
ODD = (
    "".join(PIECES),
    "it's $$ {{ nothing }} {% nothing %} \\ -- /* ; %s :name ? \U0001f600 \"q\"",
    "", "'", "\\", "\\'", "'\\''", "\x00", "\x00\\u0000\x00", "\\\x00", " ", "\n", "$$", "{{", "{%", "{#",
)  # fmt: skip
texts = st.one_of(
    st.text(max_size=60),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=12).map("".join),
)
# Only Python can hold them.
halves = st.lists(
    st.sampled_from(["\ud83d", "\ude00", "\ud83d\ude00"[:1], "\udfff", "x", "\\", "\\ud83d", "'"]),
    max_size=6,
).map("".join)


def some_texts(cell: Cell) -> list[str]:
    """Made by hypothesis, the same at every run, other ones in every cell."""
    found = list(ODD)

    @seed(crc32(cell.id.encode()))
    @settings(
        max_examples=CASES,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(texts, halves) if cell.engine.name == "core" else texts)
    def collect(text: str) -> None:
        # As JSON reads them: two halves that meet by accident are a whole.
        found.append(json.loads(json.dumps(text)))

    collect()
    if cell.warehouse.name == "snowflake":
        # fakesnow takes `$name` for a session variable, inside quotes too.
        return [re.sub(r"\$(?=\w)", "$ ", text) for text in found]
    return found


def test_every_text_comes_back(cell: Cell) -> None:
    """X59: byte-equal through sql_literal() and json_literal(), also inside a guarded block."""
    sent = some_texts(cell)
    assert len(sent) >= CASES
    long_times = 1_000_000 // len(sent[0])
    project = cell.project("hostile", files={"macros/batch.sql": batch_macro(sent)})
    project.dbt("run-operation", "store", "--args", json.dumps({"long_times": long_times}))
    long, *rows = project.table("texts")
    wrong = [
        (text, row)
        for text, row in zip(sent, rows, strict=True)
        if row["plain"] != cleaned(text) or row["doc"] != {"t": cleaned(text), cleaned(text): 1}
    ]
    assert wrong == []
    assert long["plain"] == cleaned(sent[0]) * long_times
    assert long["doc"]["t"] == cleaned(sent[0]) * long_times


NASTY = (
    'it\'s $$ {{ nothing }} {% nothing %} {# \\ -- /* ; %s :name ? \U0001f600 "q" </x> \u2028 end'
)
# As much as both engines take for the name of a var.
OF_VARS = 'it\'s $$ {{ nothing }} {% nothing %} \\ -- ; "q"'


def test_an_error_and_the_arguments_of_a_run(cell: Cell) -> None:
    """X21, X41, X59: the text of a real error, of a setting and of the selection reach the row as
    they are; on-run-end is not rendered a second time by dbt v2."""
    quoted = NASTY.replace("'", "''")
    if cell.warehouse.name == "snowflake":
        quoted = quoted.replace("\\", "\\\\")
    model = f"select cast('{{{{ {jinja_text(quoted)} }}}}' as integer) as id"
    files = {"models/first_model.sql": model}
    project = cell.project("two_models", files=files)
    chosen = 'tag:it\'s$${{nothing}}{%nothing%}{#\\--;%s?\U0001f600"q"'
    # dbt v2 renders the value of an environment variable as Jinja; see the last test.
    key = NASTY if cell.engine.name == "core" else re.sub("[{}]", "", NASTY)
    env = {"RUN_LEDGER_JOB_KEY": key}
    result = project.dbt("run", "--exclude", chosen, vars={OF_VARS: 1}, env=env, expect=1)
    assert "run_ledger: " not in result.output
    (row,) = project.ledger()
    assert row["execution_status_name"] == "FAILED"
    (error,) = row["error_message_obj"]
    said = error["message"].replace("''", "'").replace("\\\\", "\\")
    if cell.id == "snowflake-v2":
        # Its driver takes the warehouse's message for a format, so dbt itself never sees the text.
        said = said.replace("{%!n(MISSING)othing %!}(MISSING)", "{% nothing %}")
        said = said.replace("%!s(MISSING)", "%s")
    assert NASTY in said
    first = next(
        step for step in row["step_execution_obj"]["models"] if step["model_name"] == "first_model"
    )
    assert first["error"] == error["message"]
    assert row["process_config_obj"]["job_key"] == key
    assert OF_VARS in row["process_config_obj"]["selection"]["var_names"]
    assert chosen in " ".join(row["process_config_obj"]["selection"]["exclude"])


def test_a_long_error(cell: Cell) -> None:
    """X59: an error longer than run_ledger_max_error_chars is cut and says so."""
    long = NASTY * 60
    quoted = long.replace("'", "''")
    if cell.warehouse.name == "snowflake":
        quoted = quoted.replace("\\", "\\\\")
    model = f"select cast('{{{{ {jinja_text(quoted)} }}}}' as integer) as id"
    vars_ = {"run_ledger_max_error_chars": 1000}
    project = cell.project("two_models", files={"models/first_model.sql": model}, vars=vars_)
    project.dbt("run", expect=1)
    (row,) = project.ledger()
    (error,) = row["error_message_obj"]
    head, dots, tail = error["message"].partition(" ... (")
    assert dots
    assert len(head) == 1000
    assert tail.endswith(" more characters)")


def test_a_branch_with_braces(cell: Cell, request: pytest.FixtureRequest) -> None:
    """X56, X59: git takes braces in the name of a branch, and anybody may name one."""
    if cell.engine.name == "v2":
        reason = "env_var() of dbt v2 renders the value as Jinja, and nothing else can read it"
        request.applymarker(pytest.mark.xfail(reason=reason, strict=False))
    branch = "fix-{{nothing}}-{%nothing%}"
    project = cell.project("two_models")
    project.dbt("run", env={"GITHUB_ACTIONS": "true", "GITHUB_HEAD_REF": branch})
    (row,) = project.ledger()
    assert row["process_config_obj"]["git"]["branch"] == branch
