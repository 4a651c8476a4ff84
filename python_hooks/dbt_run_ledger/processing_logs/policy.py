"""How long rows are kept: the setting run_ledger_processing_logs_retention, as the macro reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dbt_run_ledger.errors import InputError

SETTING = "run_ledger_processing_logs_retention"
STANDARD = "standard"


@dataclass(frozen=True)
class Months:
    """No row in the hot table is older than `hot`; every row younger than `total` is there."""

    hot: int
    total: int


@dataclass(frozen=True)
class Policy:
    """Class to months; a class without an entry is kept like `standard`."""

    classes: Mapping[str, Months]

    def is_removable(self, month: str, retention_class: str, today: date) -> bool:
        months = self.classes.get(retention_class, self.classes[STANDARD])
        return number_of(month) < number_of(today) - months.total

    def leaves_hot_table(self, month: str, today: date) -> bool:
        least = min(min(each.hot, each.total + 1) for each in self.classes.values())
        return number_of(month) + least <= number_of(today)


def policy_from(settings: Mapping[str, Any]) -> Policy:
    given = settings.get(SETTING) or {}
    if not isinstance(given, Mapping):
        raise InputError(f"{SETTING}: expected a mapping, got {given!r}.")
    classes = {STANDARD: Months(6, 12)}
    for name, months in given.items():
        values = dict(months) if isinstance(months, Mapping) else {}
        hot, total = values.pop("hot_months", None), values.pop("total_months", None)
        if values or not (_is_count(hot) and _is_count(total)):
            raise InputError(
                f"{SETTING}: expected {{hot_months: 6, total_months: 12}} with whole numbers from 1 "
                f"for {name}, got {months!r}."
            )
        classes[str(name)] = Months(int(hot or 0), int(total or 0))
    return Policy(classes)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def number_of(month: str | date) -> int:
    """Months since the year 0."""
    day = date.fromisoformat(month[:10]) if isinstance(month, str) else month
    return day.year * 12 + day.month - 1
