"""Where the ledgers stand: the same names that the macro ledger_relation() renders."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dbt_run_ledger.errors import InputError

# As in the macro checked_setting(): `name` and `quoted_name`.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$-]{0,254}")
_QUOTED_NAME = re.compile(r'[^"\r\n]{1,255}')


@dataclass(frozen=True)
class Place:
    """The database, the schema and the tables of the ledgers."""

    database: str
    schema: str
    # Ledger word -> name of its table, for those that are not called as their word.
    identifiers: Mapping[str, str] = field(default_factory=dict)
    # Which parts the warehouse is given in double quotes, as dbt does.
    quoting: Mapping[str, bool] = field(
        default_factory=lambda: {"database": True, "schema": True, "identifier": True}
    )

    def table(self, word: str, suffix: str = "") -> str:
        """The qualified name of a ledger's table, ready for SQL."""
        parts = {
            "database": self.database,
            "schema": self.schema,
            "identifier": self.identifiers.get(word, word) + suffix,
        }
        return ".".join(f'"{part}"' if self.quoting[kind] else part for kind, part in parts.items())


def place_from(settings: Mapping[str, Any], database: str, quoting: Mapping[str, bool]) -> Place:
    """The place that the run_ledger_ settings name; `database` is the target's."""
    identifiers = {
        match[1]: _checked(name, settings, "", _NAME)
        for name in settings
        if (match := re.fullmatch(r"run_ledger_(\w+)_identifier", name))
    }
    return Place(
        database=_checked("run_ledger_database", settings, database, _QUOTED_NAME),
        schema=_checked("run_ledger_schema", settings, "run_ledger", _NAME),
        identifiers=identifiers,
        quoting=quoting,
    )


def _checked(
    name: str, settings: Mapping[str, Any], default: str, expected: re.Pattern[str]
) -> str:
    value = settings.get(name, default)
    if isinstance(value, str) and expected.fullmatch(value):
        return value
    raise InputError(
        f"{name}: expected a name, got {value!r}. Correct it under vars in dbt_project.yml "
        "or in --vars."
    )
