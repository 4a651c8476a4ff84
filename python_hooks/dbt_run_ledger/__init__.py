"""Run Ledger's Python companion. Keep this file almost empty.

Every dbt command on a machine imports this module, whether its project uses Run Ledger or
not: dbt-core loads each installed top-level module whose name begins with ``dbt_`` and looks
for a list called ``plugins``. Two things follow.

* What is imported here is paid for by every ``dbt`` command of every project, so this file
  imports nothing outside the standard library. A test holds that and the time it takes.
* An exception raised here, an ImportError included, ends the user's dbt command. There must be
  nothing that can fail: no environment read, no file opened, no version of dbt assumed.

The classes that do the work live in modules of their own, imported only when dbt asks for them:
``plugins`` is made when somebody reads it, which only dbt-core does.
"""

__version__ = "0.1.0"


def __getattr__(name: str) -> list[type]:
    if name != "plugins":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from dbt_run_ledger.recorder.plugin import RunLedger
    except Exception:  # noqa: BLE001 - whatever this dbt lacks, its commands work without us
        return []
    return [RunLedger]
