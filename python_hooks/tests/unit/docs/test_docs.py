"""Every command, operation, setting and link that the documentation shows is there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from dbt_run_ledger import cli
from integration_tests.functional.docs.pages import PAGES
from integration_tests.functional.harness.keeper import ROOT

IDS = [page.relative_to(ROOT).as_posix() for page in PAGES]
# In inline code, or at the beginning of a line of a block, after a prompt, `-`, `run:` or a variable.
PROGRAM = re.compile(
    r"(?:`|^[ \t$|-]*(?:run:\s+(?:exec )?|[A-Z_]+='[^']*' )?|&& .*?)(run-ledger [a-z][^`\n|]*)",
    re.MULTILINE,
)
OPERATION = re.compile(r"run-operation (?:run_ledger\.)?(\w+)(?: --args '\{([^}]*)\})?")
SETTING = re.compile(r"\brun_ledger_[a-z_]+[a-z]\b(?!\()")
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)\s#]*)(#[^)\s]*)?\)")
# Words that begin like a setting and are none.
NO_SETTINGS = {"run_ledger_report", "run_ledger_hooks", "run_ledger_semantics"}


@cache
def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def commands_in(text: str) -> Iterator[list[str]]:
    for found in PROGRAM.findall(text):
        line = re.split(r" # | && |  +#", found)[0].strip().rstrip(".,;:")
        yield re.sub(r"[\[\]]", "", line).split()[1:]


def slug(heading: str) -> str:
    plain = re.sub(r"[`*]|\]\([^)]*\)|\[", "", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def help_of(parser: ArgumentParser) -> str:
    """Its options, and those of its commands."""
    inner = [
        help_of(each)
        for action in parser._actions
        if isinstance(action.choices, dict)
        for each in action.choices.values()
    ]
    return " ".join([parser.format_help(), *inner])


@cache
def program() -> dict[str, str]:
    """Command -> all options that it takes."""
    commands = next(a.choices for a in cli.parser()._actions if isinstance(a.choices, dict))
    return {name: help_of(parser) for name, parser in commands.items()}


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_command_of_the_program_is_taken(page: Path) -> None:
    for words in commands_in(text_of(page)):
        shown = " ".join(words)
        assert words[0] in program(), f"run-ledger {shown}"
        for option in re.findall(r"(?<!\S)--[a-z][a-z-]*", shown.split(" -- ")[0]):
            assert option in program()[words[0]], f"run-ledger {shown}"


def test_commands_are_found_where_people_read_them() -> None:
    found = {words[0] for page in PAGES for words in commands_in(text_of(page))}
    assert found == set(program())


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_operation_is_a_macro_that_takes_its_arguments(page: Path) -> None:
    for name, arguments in OPERATION.findall(text_of(page)):
        files = list((ROOT / "macros").rglob(f"{name}.sql"))
        assert files, f"dbt run-operation {name}"
        signature = re.search(rf"macro {name}\(([^)]*)\)", text_of(files[0]))
        assert signature, name
        for key in re.findall(r"(?:^|, )(\w+):", arguments):
            assert re.search(rf"\b{key}\b", signature[1]), f"{name}: {key}"


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_setting_is_one(page: Path) -> None:
    specs = text_of(ROOT / "macros" / "ledger" / "setting_specs.sql")
    nodes = {
        f.stem for part in ("models", "analyses", "semantics") for f in (ROOT / part).rglob("*.sql")
    }
    nodes |= {f.stem for f in (ROOT / "macros").rglob("*.sql")}
    named = set(SETTING.findall(text_of(page))) - NO_SETTINGS
    unknown = {
        name
        for name in named - nodes
        if f'"{name}"' not in specs and not re.fullmatch(r"run_ledger_\w+_identifier", name)
    }
    assert unknown == set()


@pytest.mark.parametrize("page", ["README.md", "mkdocs.yml", "docs/index.md", "docs/security.md"])
def test_every_ledger_is_known_where_people_look(page: str) -> None:
    """What CONTRIBUTING says of a new ledger: these pages name each of them."""
    specs = text_of(ROOT / "macros" / "ledger" / "setting_specs.sql")
    (line,) = [line for line in specs.splitlines() if '"run_ledger_ledgers"' in line]
    words = json.loads("{" + line.strip().rstrip(",") + "}")["run_ledger_ledgers"]["allowed"]
    assert len(words) >= 5
    assert [word for word in words if word not in text_of(ROOT / page)] == []


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, anchor in LINK.findall(text_of(page)):
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), f"{target} is not there"
        if anchor and file.suffix == ".md":
            slugs = {slug(each) for each in re.findall(r"^#+ (.*)$", text_of(file), re.MULTILINE)}
            assert anchor[1:] in slugs, f"{target}{anchor} is not there"


def test_every_page_is_in_the_site_and_the_site_builds(tmp_path: Path) -> None:
    nav = yaml.safe_dump(yaml.safe_load(text_of(ROOT / "mkdocs.yml"))["nav"])
    pages = [each.relative_to(ROOT / "docs") for each in (ROOT / "docs").glob("*.md")]
    assert [page.as_posix() for page in pages if str(page) not in nav] == []
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    front = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "The truth about jobs" in front
    assert not re.search(r'(?:src|<link[^>]* href)="https?://', front)


def test_every_argument_of_a_macro_has_a_type_that_dbt_knows() -> None:
    """dbt-core 1.12 warns of any other in each project that installs the package."""
    plain = r"(?:str|string|bool|int|integer|float|any|relation|column)"
    nested = re.compile(
        rf"{plain}|(?:list|optional)\[{plain}\]|dict\[{plain}, ?{plain}\]|list\[dict\[.*\]\]"
    )
    found = {
        (macro["name"], argument["name"]): argument.get("type", "any")
        for file in (ROOT / "macros").rglob("*.yml")
        for macro in yaml.safe_load(text_of(file)).get("macros", [])
        for argument in macro.get("arguments", [])
    }
    assert len(found) > 100
    assert {name: kind for name, kind in found.items() if not nested.fullmatch(kind)} == {}


def test_the_schedulers_of_the_recipes_are_those_that_are_installed() -> None:
    """The versions on the page are those that `make test-recipes` pins."""
    page = text_of(ROOT / "docs/recipes.md")
    for file, packages in {
        "airflow": {"Airflow": "apache-airflow", "Cosmos": "astronomer-cosmos"},
        "dagster": {"Dagster": "dagster", "dagster-dbt": "dagster-dbt"},
    }.items():
        pins = (ROOT / f"dev/constraints-{file}.txt").read_text("utf-8").splitlines()
        for name, package in packages.items():
            said = re.findall(rf"\b{name} ([0-9.]+[0-9])", page)
            assert [f"{package}=={each}" for each in said] == [
                pin for pin in pins if pin.startswith(f"{package}==")
            ]
