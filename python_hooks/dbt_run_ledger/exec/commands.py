"""`run-ledger exec -- <any dbt command>`."""

from __future__ import annotations

from argparse import Namespace

from dbt_run_ledger.command_line import Subparsers


def add_commands(subparsers: Subparsers) -> None:
    summary = "run a dbt command, and keep the truth about it however it ends"
    command = subparsers.add_parser(
        "exec",
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}: run-ledger exec -- dbt build",
    )
    command.set_defaults(handler=run_command, takes_command=True)


def run_command(arguments: Namespace) -> int:
    from dbt_run_ledger.exec.dbt_command import DbtCommand
    from dbt_run_ledger.exec.run import execute

    return execute(DbtCommand.of(arguments.rest))
