"""The counts of a run after an event, as the macro ingestion_counts() makes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields

from dbt_run_ledger.ingestion_runs.errors import CountsError
from dbt_run_ledger.ingestion_runs.rules import FAILED, PARTIAL, SUCCEEDED
from dbt_run_ledger.ingestion_runs.run import Counts

# In place of a status: the one that fits the counts.
BY_COUNTS = "by counts"
NAMES = tuple(each.name for each in fields(Counts))


def counts_after(current: Counts, given: Mapping[str, int], *, is_end: bool) -> Counts:
    """What is not given follows from the rest: processed = success + failed, and what is left of
    the target is unprocessed.
    """
    for name, value in given.items():
        if name not in NAMES or type(value) is not int or value < 0:
            raise CountsError(
                f"Counts: expected {', '.join(NAMES)} as whole numbers of at least 0, got "
                f"{name} = {value!r}."
            )
    success = given.get("success", current.success)
    failed = given.get("failed", current.failed)
    has_outcome = is_end or "success" in given or "failed" in given
    processed = given.get("processed", success + failed if has_outcome else current.processed)
    known = given.get("target", current.target)
    unprocessed = given.get("unprocessed", max(known - processed, 0))
    target = given.get("target", max(known, processed + unprocessed))
    counts = Counts(target, processed, success, failed, unprocessed)
    if target != processed + unprocessed:
        raise _contradiction("target = processed + unprocessed", counts)
    if success + failed > processed or (is_end and success + failed != processed):
        raise _contradiction("processed = success + failed", counts)
    return counts


def fitting_status(counts: Counts) -> str:
    if counts.is_mixed:
        return PARTIAL
    return FAILED if counts.failed or counts.unprocessed else SUCCEEDED


def check_fit(status: str, counts: Counts) -> None:
    """A run reports succeeded, failed and partial only with counts that say the same."""
    if status == SUCCEEDED and (counts.failed or counts.unprocessed):
        raise _contradiction("failed = unprocessed = 0 for a run that succeeded", counts)
    if status in (PARTIAL, FAILED) and counts.is_mixed != (status == PARTIAL):
        raise _contradiction("partial exactly when some succeeded and some did not", counts)


def _contradiction(expected: str, counts: Counts) -> CountsError:
    found = ", ".join(f"{name} {value}" for name, value in asdict(counts).items())
    return CountsError(f"Counts: expected {expected}, got {found}.")
