"""What an archived digest states of how its rows divide, whatever the types are called."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbt_run_ledger.processing_logs.roll_up import count_statuses, divided

TYPES = st.text(alphabet="a|:\n1\u00e9\U0001f600", max_size=4)
# A warehouse without checks takes any status of another writer.
STATUSES = st.sampled_from(["success", "failed", "skipped", "a|b", "c:1"])
DAYS = st.dictionaries(st.tuples(st.dates(), TYPES, STATUSES), st.integers(1, 9), max_size=5)


@given(DAYS)
def test_what_is_stated_is_read_again(numbers: dict[tuple[date, str, str], int]) -> None:
    """LC9, LC17."""
    part: dict[str, Any] = {"execution_name": "x", "retention_class": "standard"}
    days = [
        {**part, "processed_date": day, "processing_type": kind, "status": status, "row_count": n}
        for (day, kind, status), n in numbers.items()
    ]
    count_statuses([part], days)
    assert divided(part["row_tags"]) == {
        (str(day), kind, status): n for (day, kind, status), n in numbers.items()
    }
    by_status = Counter[str]()
    for (_, _, status), n in numbers.items():
        by_status[status] += n
    stated = {status: part[f"{status}_count"] for status in ("success", "failed", "skipped")}
    assert stated == {status: by_status[status] for status in stated}


@pytest.mark.parametrize(
    "text",
    ["x", "2025-01-01|success|1|5:abc\n", "2025-01-01|success|1|3:abc", "2025-01-01|1|3:abc\n",
     "2025-01-01|success|" + "9" * 5000 + "|3:abc\n", "2025-01-01|success|1|3:abc\nx"],
)  # fmt: skip
def test_what_no_archive_states_is_not_read(text: str) -> None:
    """LC17: verify has to say so, and must not end over it."""
    assert divided(text) is None
