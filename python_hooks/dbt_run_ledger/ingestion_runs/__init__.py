"""Ingestion runs: a state machine that nobody can cheat.

with IngestionRuns.from_profile() as runs:
    with runs.run("official_ingestion", mode="scheduled", target_types=["official"]) as run:
        run.progress(target=100)
"""

from dbt_run_ledger.ingestion_runs.client import IngestionRuns
from dbt_run_ledger.ingestion_runs.errors import (
    CountsError,
    EventKeyError,
    IngestionError,
    MoveRefusedError,
    NotRunningError,
    RerunRefusedError,
    RunNotFoundError,
)
from dbt_run_ledger.ingestion_runs.run import Counts, Decision, Run, Transition

__all__ = [
    "Counts",
    "CountsError",
    "Decision",
    "EventKeyError",
    "IngestionError",
    "IngestionRuns",
    "MoveRefusedError",
    "NotRunningError",
    "RerunRefusedError",
    "Run",
    "RunNotFoundError",
    "Transition",
]
