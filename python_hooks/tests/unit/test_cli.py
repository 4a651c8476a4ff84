"""The program `run-ledger`: what it answers, and with which exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import Namespace
from decimal import Decimal
from pathlib import Path

import pytest

import dbt_run_ledger
from dbt_run_ledger import cli
from dbt_run_ledger.command_line import Subparsers, add_command, json_of
from dbt_run_ledger.errors import InputError, LedgerMissingError, RunLedgerError, UnreachableError

SOURCES = Path(dbt_run_ledger.__file__).parents[1]


def program(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dbt_run_ledger", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, cwd=SOURCES, check=False
    )


def test_the_version_is_the_packages() -> None:
    done = program("--version")
    assert (done.returncode, done.stdout) == (0, f"{dbt_run_ledger.__version__}\n")


def test_a_wrong_command_is_one_line_and_says_where_help_is() -> None:
    done = program("nonsense")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "invalid choice: 'nonsense'" in done.stderr
    assert done.stderr.endswith("See `run-ledger --help`.\n")


@pytest.fixture
def handled(monkeypatch: pytest.MonkeyPatch) -> list[Namespace]:
    """A program with one command, `try`, that does what the test wants."""
    seen: list[Namespace] = []

    def handler(arguments: Namespace) -> int:
        seen.append(arguments)
        if arguments.vars:
            raise {
                "missing": LedgerMissingError(),
                "input": InputError("line one\n  line two"),
                "interrupt": KeyboardInterrupt(),
            }[arguments.vars]
        return 0

    def add_commands(subparsers: Subparsers) -> None:
        add_command(subparsers, "try", handler, "try something", takes_command=True)
        add_command(subparsers, "plain", handler, "take nothing after the dashes")

    class Module:
        pass

    module = Module()
    module.add_commands = add_commands  # type: ignore[attr-defined]
    monkeypatch.setattr(cli, "_command_modules", lambda: [module])
    return seen


def test_what_follows_the_dashes_is_left_alone(handled: list[Namespace]) -> None:
    assert (
        cli.main(["try", "--target", "x", "--", "dbt", "run", "--target", "y", "--", "--json"]) == 0
    )
    (arguments,) = handled
    assert (arguments.target, arguments.json) == ("x", False)
    assert arguments.rest == ["dbt", "run", "--target", "y", "--", "--json"]
    with pytest.raises(SystemExit, match="2"):
        cli.main(["plain", "--", "x"])


@pytest.mark.parametrize(
    ("what", "code", "said"),
    [
        ("missing", 1, "run-ledger: A table of the ledger is missing. `dbt run-operation "),
        ("input", 2, "run-ledger: line one line two\n"),
        ("interrupt", 130, ""),
    ],
)
def test_an_error_is_one_line_and_an_exit_code(
    handled: list[Namespace],  # noqa: ARG001
    capsys: pytest.CaptureFixture[str],
    what: str,
    code: int,
    said: str,
) -> None:
    assert cli.main(["try", "--vars", what]) == code
    shown = capsys.readouterr()
    assert shown.err.startswith(said)
    assert shown.err.count("\n") == (1 if said else 0)


def test_an_error_knows_its_message_and_whether_to_try_again() -> None:
    assert str(RunLedgerError()) == "Run Ledger could not do what was asked."
    assert str(UnreachableError("gone")) == "gone"
    assert UnreachableError.is_retryable
    assert not LedgerMissingError.is_retryable


def test_numbers_of_a_warehouse_are_numbers_in_json() -> None:
    assert json_of([Decimal(3), Decimal("2.5"), {1}]) == '[\n  3,\n  2.5,\n  "{1}"\n]'


def test_a_terminal_without_a_character_is_no_error() -> None:
    """LANG=C, or a pipe on an older system: a model may be called what it likes."""
    code = "import sys; from dbt_run_ledger import cli; sys.argv[1:] = ['--help']"
    shown = "\ntry:\n    cli.main()\nexcept SystemExit:\n    print('caf\\u00e9')"
    done = subprocess.run(
        [sys.executable, "-c", code + shown],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        cwd=SOURCES,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, b"caf?")
