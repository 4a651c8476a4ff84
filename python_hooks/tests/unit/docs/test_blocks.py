"""Every block of the documentation is what it says: dbt, run-ledger, pip and make take the commands,
and YAML, Python, SQL, JSON and shell can be read as such.

What is run, and not only read, is in integration_tests/functional/docs.
"""

from __future__ import annotations

import ast
import importlib
import json
import re
import shlex
import subprocess
from collections.abc import Iterator

import click
import pytest
import yaml
from dbt.cli.main import cli as dbt_program
from packaging.requirements import Requirement
from sqlfluff.core import Linter

from dbt_run_ledger import cli
from integration_tests.functional.docs.pages import PAGES, Block, blocks
from integration_tests.functional.harness.keeper import ROOT

BLOCKS = [each for page in PAGES for each in blocks(page)]
LANGUAGES = {"", "sh", "yaml", "python", "sql", "json", "jinja", "mermaid"}
PROGRAMS = ("dbt", "run-ledger", "pip", "make", "pre-commit", ".venv/bin/python")
# docs.snowflake.com/en/sql-reference/sql/execute-dbt-project: what stands in ARGS is dbt's, without dbt.
EXECUTED = re.compile(r"\bexecute dbt project\b[^;]*?\bargs\s*=\s*'((?:[^']|'')*)'", re.IGNORECASE)
CRON = re.compile(r"^(?:[\d*/,-]+ ){5}")
MACRO = re.compile(r"\brun_ledger\.(\w+)\(")


def in_language(language: str) -> list[Block]:
    return [each for each in BLOCKS if each.language == language]


def command_of(line: str) -> list[str]:
    """The words of one command, without a prompt, variables, a change of folder or a comment."""
    line = re.sub(r"^\$ |^(?:cd \S+ && )?(?:[A-Z_]+=(?:'[^']*'|\S+) )*", "", CRON.sub("", line))
    line = re.sub(r"<[^>]*>|\.\.\.$", "x", line.split(" | ")[0])
    return shlex.split(line, comments=True)


def commands() -> Iterator[tuple[str, list[str]]]:
    """Those of blocks, those that recipes hold, and those in the text."""
    for each in BLOCKS:
        lines = each.text.splitlines() if each.language in ("", "sh") else []
        if each.language == "yaml" and each.page == "docs/recipes.md":
            lines = re.findall(r"^ +(?:- run:|run:|-) (?:exec )?(\S.*)$", each.text, re.MULTILINE)
        if each.language == "sh":
            lines = re.findall(r"run-ledger [^)\n]*|^(?:dbt|pip) .*", each.text, re.MULTILINE)
            lines = [re.sub(r'"\$\(cat \S+', "1", line) for line in lines]
        if each.language == "sql":
            lines = [
                f"dbt {args.replace(chr(39) * 2, chr(39))}" for args in EXECUTED.findall(each.text)
            ]
        for line in lines:
            plain = CRON.sub("", line.removeprefix("$ "))
            if plain.startswith((*(f"{name} " for name in PROGRAMS), "cd ")):
                words = command_of(line)
                yield each.page, words
                if "--" in words:
                    yield each.page, words[words.index("--") + 1 :]
    for page in PAGES:
        text = re.sub(
            r"^ *```.*?^ *```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL
        )
        for found in re.findall(
            r"`((?:dbt|pip|make|pre-commit|\.venv/bin/python) [-a-z][^`\n]*)`", text
        ):
            yield page.relative_to(ROOT).as_posix(), command_of(found)


COMMANDS = [*commands()]


def of_program(*names: str) -> list[tuple[str, list[str]]]:
    return [(page, words) for page, words in COMMANDS if words[0] in names]


def check_dbt(words: list[str]) -> None:
    command: click.Command = dbt_program
    for number, word in enumerate(words):
        if not isinstance(command, click.Group):
            command.make_context(words[number - 1], words[number:])
            return
        assert word in command.commands, " ".join(words)
        command = command.commands[word]


def test_there_is_something_of_each() -> None:
    assert {each.language for each in BLOCKS} == LANGUAGES
    assert {words[0] for _, words in COMMANDS} == {*PROGRAMS}
    assert len(of_program("dbt")) > 40
    assert len(of_program("run-ledger")) > 15


def test_dbt_takes_its_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBT_PROFILES_DIR", str(ROOT))
    for page, words in of_program("dbt"):
        try:
            check_dbt(words[1:])
        except click.ClickException as error:
            pytest.fail(f"{page}: {' '.join(words)}: {error.format_message()}")


def test_the_program_takes_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    for page, words in of_program("run-ledger"):
        # As in cli.main: what follows is dbt's, and among dbt's commands.
        own, _, dbt = " ".join(words[1:]).partition(" -- ")
        assert not dbt or dbt.startswith(("dbt ", "x")), (page, words)
        try:
            cli.parser().parse_args(own.split() if dbt else words[1:])
        except SystemExit:
            pytest.fail(f"{page}: {' '.join(words)}: {capsys.readouterr().err}")


def test_what_is_installed_can_be() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    extras = {
        *re.findall(
            r"^(\w+) = \[", text.partition("[project.optional-dependencies]")[2], re.MULTILINE
        )
    }
    for page, words in of_program("pip"):
        if words[1] == "uninstall":
            assert words[2:] == ["dbt-run-ledger"]
            continue
        assert words[1] == "install", (page, words)
        for name in (word for word in words[2:] if not word.startswith("-")):
            wanted = Requirement(name)
            assert wanted.name in {"dbt-run-ledger", "dbt-postgres"}, (page, name)
            assert wanted.extras <= extras, (page, name)


def test_make_and_python_have_what_is_called() -> None:
    targets = {*re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)}
    for page, words in of_program("make"):
        assert words[1] in targets, (page, words)
        for given in re.findall(r"PYTEST_ARGS=(\S+/\S+)", " ".join(words[2:])):
            assert (ROOT / given).exists(), (page, given)
    for page, words in of_program(".venv/bin/python"):
        path = words[1] if words[1] != "-m" else f"{words[2]}/__main__.py"
        assert (ROOT / path).is_file(), (page, words)


@pytest.mark.parametrize("language", ["", "yaml", "jinja", "sql"])
def test_every_macro_is_there(language: str) -> None:
    names = {name for each in in_language(language) for name in MACRO.findall(each.text)}
    missing = {name for name in names if not [*(ROOT / "macros").rglob(f"{name}.sql")]}
    assert missing == set()


def test_yaml_can_be_read() -> None:
    for each in in_language("yaml"):
        for document in yaml.safe_load_all(each.text.replace("<", "x").replace(">", "x")):
            assert isinstance(document, dict | list), each


def test_json_can_be_read() -> None:
    for each in in_language("json"):
        json.loads(each.text)


def test_python_can_be_read_and_imports_what_is_there() -> None:
    for each in in_language("python"):
        for node in ast.walk(ast.parse(each.text)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                "dbt_run_ledger"
            ):
                module = importlib.import_module(str(node.module))
                for alias in node.names:
                    if not hasattr(module, alias.name):
                        importlib.import_module(f"{node.module}.{alias.name}")


def test_shell_can_be_read() -> None:
    for each in in_language("sh"):
        done = subprocess.run(["/bin/sh", "-n"], input=each.text, text=True, check=False)
        assert done.returncode == 0, each


def unparsable(block: Block, dialect: str) -> list[str]:
    parsed = Linter(dialect=dialect).parse_string(block.text)
    assert parsed.tree is not None
    return [segment.raw for segment in parsed.tree.recursive_crawl("unparsable")]


def test_sql_can_be_read() -> None:
    """In the dialect of one warehouse at least, and of Snowflake where the heading says so."""
    for each in in_language("sql"):
        ours = ("postgres", "duckdb", "snowflake")
        dialects = ("snowflake",) if "Snowflake" in each.heading else ours
        found = {dialect: unparsable(each, dialect) for dialect in dialects}
        assert [] in found.values(), (each.page, found)


def test_a_task_that_executes_a_dbt_project_can() -> None:
    """Its syntax and its command are held above. Snowflake does not take it from a serverless task:
    docs.snowflake.com/en/user-guide/data-engineering/dbt-projects-on-snowflake-schedule-project-execution
    """
    found = [each for each in in_language("sql") if "execute dbt project" in each.text.lower()]
    assert found
    for each in found:
        executed = each.text.lower().count("execute dbt project")
        assert len(EXECUTED.findall(each.text)) == executed, each
        for task in re.findall(r"\bcreate task\b[^;]*?\bexecute dbt project\b", each.text.lower()):
            assert re.search(r"\bwarehouse\s*=\s*\w", task), each
