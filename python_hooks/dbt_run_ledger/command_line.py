"""What a subject's commands.py needs to add its commands to `run-ledger`.

def add_commands(subparsers: Subparsers) -> None:
    command = add_command(subparsers, "runs", list_runs, "list ingestion runs")
    command.add_argument("--limit", type=int, default=20)

def list_runs(arguments: Namespace) -> int:
    with session_of(arguments, read_only=True) as session:
        ...
    return 0
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from dbt_run_ledger.errors import InputError, MissingDependencyError
from dbt_run_ledger.terminal import table

if TYPE_CHECKING:
    from dbt_run_ledger.warehouses import Session

Subparsers: TypeAlias = "_SubParsersAction[ArgumentParser]"
Handler: TypeAlias = Callable[[Namespace], int]


def add_command(
    subparsers: Subparsers,
    name: str,
    handler: Handler,
    summary: str,
    *,
    takes_command: bool = False,
) -> ArgumentParser:
    """A command with the options that all have. `takes_command`: another one follows after `--`."""
    command = subparsers.add_parser(name, help=summary, description=_sentence(summary))
    command.set_defaults(handler=handler, takes_command=takes_command)
    group = command.add_argument_group("dbt")
    group.add_argument("--project-dir", metavar="FOLDER", help="where dbt_project.yml is")
    group.add_argument("--profiles-dir", metavar="FOLDER", help="where profiles.yml is")
    group.add_argument("--profile", help="the profile, if not the project's")
    group.add_argument("--target", help="the target, if not the profile's")
    group.add_argument("--vars", metavar="YAML", help="vars over the project's, as in dbt")
    command.add_argument("--json", action="store_true", help="write JSON, for programs")
    command.add_argument("--quiet", action="store_true", help="show no progress")
    return command


def session_of(arguments: Namespace, *, read_only: bool = False) -> Session:
    """The Session that the options name. Imported late: most of a command's time is drivers."""
    from dbt_run_ledger import warehouses

    return warehouses.from_profile(
        arguments.project_dir,
        arguments.profiles_dir,
        arguments.profile,
        arguments.target,
        variables=variables_of(arguments.vars),
        read_only=read_only,
    )


def show(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], arguments: Namespace) -> None:
    """A table, or the whole rows as a JSON array with --json."""
    found = list(rows)
    print(json_of(found) if arguments.json else table(found, columns))


def json_of(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=as_json_value)


def as_json_value(value: object) -> object:
    """What the json module has no word for: times as the ledger writes them, exact numbers."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="milliseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)


def variables_of(text: str | None) -> dict[str, Any]:
    if not text:
        return {}
    try:
        import yaml
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            "--vars needs PyYAML, which comes with dbt-core: pip install 'dbt-run-ledger[postgres]'."
        ) from error
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InputError("--vars: expected a YAML mapping, got text that is not YAML.") from error
    if not isinstance(found, dict):
        raise InputError(f"--vars: expected a YAML mapping, got a {type(found).__name__}.")
    return found


def _sentence(summary: str) -> str:
    return summary[0].upper() + summary[1:] + "."


def warn(message: str) -> None:
    print(f"run-ledger: {message}", file=sys.stderr)
