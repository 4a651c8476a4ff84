"""How long rows are kept: bounds of the hot table from above, of all rows from below."""

from __future__ import annotations

from datetime import date

import pytest

from dbt_run_ledger.errors import InputError
from dbt_run_ledger.processing_logs.policy import SETTING, policy_from


def test_the_standard_class_without_a_setting() -> None:
    """L39-L43, LC7, LC12."""
    policy = policy_from({})
    assert not policy.leaves_hot_table("2025-01-01", date(2025, 6, 30))
    assert policy.leaves_hot_table("2025-01-01", date(2025, 7, 1))
    assert not policy.is_removable("2025-01-01", "standard", date(2026, 1, 31))
    assert policy.is_removable("2025-01-01", "standard", date(2026, 2, 1))
    assert policy.is_removable("2025-01-01", "a class without an entry", date(2026, 2, 1))


def test_a_class_that_is_kept_shorter_moves_the_whole_month() -> None:
    """L52: successes for three months, errors for a year."""
    policy = policy_from({SETTING: {"success": {"hot_months": 6, "total_months": 3}}})
    assert policy.leaves_hot_table("2025-01-01", date(2025, 5, 1))
    assert policy.is_removable("2025-01-01", "success", date(2025, 5, 1))
    assert not policy.is_removable("2025-01-01", "failed", date(2025, 5, 1))


def test_other_stores_of_the_document_are_classes_of_the_one_policy() -> None:
    """L53, L54, LC13: everything for three months, errors and what else is important for a year;
    nothing is kept anywhere else."""
    policy = policy_from(
        {
            SETTING: {
                "standard": {"hot_months": 3, "total_months": 3},
                "failed": {"hot_months": 3, "total_months": 12},
                "important": {"hot_months": 3, "total_months": 12},
            }
        }
    )
    kept = {name: [policy.is_removable("2025-01-01", name, date(2025, month, 1)) for month in (4, 5)]
            for name in ("standard", "success", "failed", "important")}  # fmt: skip
    assert kept == {
        "standard": [False, True],
        "success": [False, True],
        "failed": [False, False],
        "important": [False, False],
    }
    assert policy.is_removable("2025-01-01", "important", date(2026, 2, 1))


@pytest.mark.parametrize(
    "value",
    [
        {"standard": 6},
        {"standard": {"hot_months": 6}},
        {"standard": {"hot_months": 0, "total_months": 12}},
        {"standard": {"hot_months": True, "total_months": 12}},
        {"standard": {"hot_months": 6, "total_months": 12, "cold_months": 1}},
    ],
)
def test_what_is_no_policy(value: object) -> None:
    with pytest.raises(InputError, match=r"expected \{hot_months: 6, total_months: 12\}"):
        policy_from({SETTING: value})
