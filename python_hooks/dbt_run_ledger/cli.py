"""`run-ledger <command>`: the commands of all subjects behind one program."""

from __future__ import annotations

import argparse
import importlib.util
import io
import os
import pkgutil
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import dbt_run_ledger
from dbt_run_ledger.errors import RunLedgerError

INTERRUPTED = 130


def parser() -> argparse.ArgumentParser:
    """Every package here that has a module `commands` adds its own."""
    made = _Parser(
        prog="run-ledger",
        description="Look at, run and keep the jobs whose truth Run Ledger keeps in the warehouse.",
    )
    made.add_argument("--version", action="version", version=dbt_run_ledger.__version__)
    subparsers = made.add_subparsers(title="commands", metavar="<command>", required=True)
    for module in _command_modules():
        module.add_commands(subparsers)
    return made


def _command_modules() -> list[Any]:
    packages = (each.name for each in pkgutil.iter_modules(dbt_run_ledger.__path__) if each.ispkg)
    names = (f"dbt_run_ledger.{package}.commands" for package in packages)
    return [importlib.import_module(name) for name in names if importlib.util.find_spec(name)]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line and where to read more, instead of the whole usage."""
        self.exit(2, f"run-ledger: {message}. See `{self.prog} --help`.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0, 1 what failed, 2 what the user has to correct."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal without the characters of a name shows others, and no error.
            stream.reconfigure(errors="replace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    rest: list[str] | None = None
    if "--" in given:
        # What follows is somebody else's command line.
        index = given.index("--")
        given, rest = given[:index], given[index + 1 :]
    parsed = parser().parse_args(given)
    if rest is not None and not parsed.takes_command:
        parser().error("this command takes nothing after `--`")
    parsed.rest = rest
    try:
        code: int = parsed.handler(parsed)
        sys.stdout.flush()
    except RunLedgerError as error:
        print(f"run-ledger: {' '.join(str(error).split())}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader, `head` for one, has seen enough; nothing is to be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code
