"""What verify makes of single digests, without a warehouse."""

from __future__ import annotations

from typing import Any

import pytest

from dbt_run_ledger.processing_logs.verify import COUNTS, _difference


def digest(*counts: int, of: str = "a") -> dict[str, Any]:
    return {**dict(zip(COUNTS, counts, strict=True)), "digest": of * 64}


@pytest.mark.parametrize(
    ("sealed", "archived", "difference"),
    [
        ([(5, 3, 1, 1)], (5, 3, 1, 1), None),
        ([(5, 3, 1, 1)], (4, 3, 1, 0), "4 rows, 5 were sealed"),
        ([(5, 3, 1, 1)], (5, 4, 0, 1), "4 success, 3 were sealed"),
        ([(5, 3, 1, 1)], (5, 2, 2, 1), "2 success, 3 were sealed"),
        ([(5, 3, 1, 1), (2, 0, 2, 0)], (7, 3, 3, 1), None),
        ([(5, 3, 1, 1), (2, 0, 2, 0)], (7, 3, 2, 2), "2 failed, 3 were sealed"),
        # Some rows had no digest: what was sealed is among what is archived.
        ([(5, 3, 1, 1)], (6, 3, 2, 1), None),
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
