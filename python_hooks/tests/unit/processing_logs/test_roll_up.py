"""What an archived digest states of how its rows divide, whatever the types are called."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dbt_run_ledger.processing_logs.roll_up import count_statuses, divided

TYPES = st.text(alphabet="a|:\n1\u00e9\U0001f600", max_size=4)
STATUSES = st.sampled_from(["success", "failed", "skipped"])
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
