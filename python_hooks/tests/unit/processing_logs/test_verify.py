"""What verify makes of single digests, without a warehouse."""

from __future__ import annotations

from typing import Any

import pytest

from dbt_run_ledger.processing_logs.statements import COUNTS
from dbt_run_ledger.processing_logs.verify import _difference


def digest(
    *counts: int, first: int = 1, numbers: str | None = None, of: str = "a"
) -> dict[str, Any]:
    bounds = {"first_log_id": first, "last_log_id": first + counts[0] - 1, "log_ids": numbers}
    return {**dict(zip(COUNTS, counts, strict=True)), **bounds, "digest": of * 64}


@pytest.mark.parametrize(
    ("sealed", "archived", "difference"),
    [
        ([(5, 3, 1, 1)], (5, 3, 1, 1), None),
        ([(5, 3, 1, 1)], (4, 3, 1, 0), "4 rows, 5 were sealed"),
        ([(5, 3, 1, 1)], (5, 4, 0, 1), "4 success, 3 were sealed"),
        ([(5, 3, 1, 1)], (5, 2, 2, 1), "2 success, 3 were sealed"),
        ([(5, 3, 1, 1), (2, 0, 2, 0)], (7, 3, 3, 1), None),
        ([(5, 3, 1, 1), (2, 0, 2, 0)], (7, 3, 2, 2), "2 failed, 3 were sealed"),
        ([(5, 3, 1, 1)], (6, 5, 0, 1), "0 failed, 1 were sealed"),
        ([], (6, 5, 0, 1), None),
    ],
)
def test_an_archive_states_the_counts_that_were_sealed(
    sealed: list[tuple[int, ...]], archived: tuple[int, ...], difference: str | None
) -> None:
    """L50, LC14: failures that become successes on the way into the archive."""
    assert _difference([digest(*each) for each in sealed], digest(*archived)) == difference


def test_an_archive_of_other_rows() -> None:
    """L50."""
    sealed = digest(5, 3, 1, 1)
    assert _difference([sealed], digest(5, 3, 1, 1, of="b")) == "5 rows, and others were sealed"


@pytest.mark.parametrize(
    ("numbers", "is_stated"),
    [("6", True), (None, False), ("5", False), ("6,7", False), ("x", False), ("6,6", True)],
)
def test_rows_that_had_no_digest_are_named(numbers: str | None, is_stated: bool) -> None:
    """L50: 5 rows sealed and 6 archived, of another digest, is nothing that anybody may state."""
    archived = digest(6, 3, 2, 1, numbers=numbers, of="b")
    difference = "6 rows, 5 were sealed, and which were not is not stated"
    assert _difference([digest(5, 3, 1, 1)], archived) == (None if is_stated else difference)
