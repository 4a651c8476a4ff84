"""The seam to dbt: an experimental interface, so it is thin, and nothing of it ever raises.

It decides by what dbt has read already whether there is anything to do; only then is the recorder
imported.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from dbt.plugins.manager import dbtPlugin

PACKAGE = "run_ledger"
# As in the macro is_job(), but for clone, for which dbt-core runs no hook.
JOBS = ("run", "build", "seed", "snapshot", "test", "freshness", "source-freshness", "retry")
SWITCHES = ("run_ledger_enabled", "run_ledger_recorder")


class RunLedger(dbtPlugin):
    """What dbt-core makes one of, at each command, before it parses the project."""

    def initialize(self) -> None:
        try:
            context = click.get_current_context(silent=True)
            if context is not None and is_recorded(context.obj):
                from dbt_run_ledger.recorder.session import attach

                attach()
        except Exception as error:  # noqa: BLE001 - an error here would end the user's command
            _note(error)


def is_recorded(obj: Mapping[str, Any]) -> bool:
    """Whether the command leaves a row, and the project has the package and wants the recorder."""
    flags, project = obj["flags"], obj["project"]
    given = {**project.vars.vars, **(flags.VARS or {})}
    is_off = any(str(given.get(name, True)).strip().lower() == "false" for name in SWITCHES)
    if flags.WHICH not in JOBS or is_off:
        return False
    installed = Path(project.project_root, project.packages_install_path, PACKAGE)
    return project.project_name == PACKAGE or installed.is_dir()


def _note(error: Exception) -> None:
    """For whoever looks into dbt.log, where this dbt has one that can be written to from here."""
    if importlib.util.find_spec("dbt_common") is None:
        return
    from dbt_common.events.base_types import EventLevel
    from dbt_common.events.functions import fire_event
    from dbt_common.events.types import Note

    text = f"run_ledger: the recorder is off: {type(error).__name__}: {error}"
    fire_event(Note(msg=text), level=EventLevel.DEBUG)
