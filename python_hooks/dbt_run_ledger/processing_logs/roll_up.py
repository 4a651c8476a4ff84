"""Add what is removed to the summaries, and state it as archived."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from dbt_run_ledger.processing_logs.export import Exported
from dbt_run_ledger.processing_logs.statements import COUNTS, WORD, append_digests
from dbt_run_ledger.warehouses import Place, Row, Warehouse

Key = tuple[str, ...]
NAMES_AT_ONCE = 500
# Day, status, number and length of the type; other writers may use any status.
_STATED = re.compile(r"([^|]*)\|(.*?)\|([0-9]{1,18})\|([0-9]{1,9}):", re.DOTALL)


def days_of(warehouse: Warehouse, place: Place, where: str) -> list[Row]:
    """What there is to count of the warm rows of `where`, in one look at them."""
    return warehouse.query(
        "select cast(processed_at as date) as processed_date, execution_name, processing_type, "
        f"status, retention_class, count(*) as row_count from {place.table(WORD, '_warm')} "
        f"where {where} group by 1, 2, 3, 4, 5"
    )


def count_statuses(parts: Sequence[Row], days: Sequence[Row]) -> None:
    """Give each part how many of its rows have which status, and how they divide into days and types."""
    counted: dict[Key, Counter[str]] = {}
    for day in days:
        key = (day["execution_name"], day["retention_class"])
        counted.setdefault(key, Counter())[f"{day['status']}_count"] += int(day["row_count"])
    lines: dict[Key, list[str]] = {}
    for day in days:
        kind = day["processing_type"]
        lines.setdefault((day["execution_name"], day["retention_class"]), []).append(
            f"{str(day['processed_date'])[:10]}|{day['status']}|{day['row_count']}|{len(kind)}:{kind}\n"
        )
    for part in parts:
        key = (part["execution_name"], part["retention_class"])
        statuses = counted.get(key, Counter())
        part.update({name: statuses[name] for name in COUNTS[1:]})
        part["row_tags"] = "".join(sorted(lines.get(key, [])))


def divided(row_tags: str) -> Counter[Key] | None:
    """Day, type and status to the number of rows, as an archived digest states them; None where the
    text is none that an archive writes."""
    found: Counter[Key] = Counter()
    place = 0
    while place < len(row_tags):
        line = _STATED.match(row_tags, place)
        if line is None:
            return None
        day, status, number, length = line.groups()
        end = line.end() + int(length)
        # After the type comes a line end.
        if row_tags[end : end + 1] != "\n":
            return None
        found[day, row_tags[line.end() : end], status] += int(number)
        place = end + 1
    return found


def roll_up(warehouse: Warehouse, place: Place, parts: Sequence[Row], days: Sequence[Row]) -> None:
    """Both summaries, from the parts of one month and from its days."""
    by_run: dict[Key, Counter[str]] = {}
    for part in parts:
        key = (str(part["log_month"])[:10], part["execution_name"])
        counted = by_run.setdefault(key, Counter())
        counted.update({name: int(part[name]) for name in COUNTS})
    _add(
        warehouse,
        place.table(WORD, "_summary"),
        ("summary_date", "execution_name"),
        ("total_processed", *COUNTS[1:]),
        {key: tuple(counted[name] for name in COUNTS) for key, counted in by_run.items()},
    )
    keys = ("processed_date", "execution_name", "processing_type", "status")
    by_type: Counter[Key] = Counter()
    for day in days:
        of_day: Key = (str(day[keys[0]])[:10], *(str(day[each]) for each in keys[1:]))
        by_type[of_day] += int(day["row_count"])
    _add(
        warehouse,
        place.table(WORD, "_summary_by_type"),
        keys,
        ("row_count",),
        {key: (number,) for key, number in by_type.items()},
    )


def _add(
    warehouse: Warehouse,
    table: str,
    keys: Sequence[str],
    counts: Sequence[str],
    rows: Mapping[Key, tuple[int, ...]],
) -> None:
    """New keys in bulk; what is there already, from rows that came late, is added to."""
    there = _there(warehouse, table, keys, sorted({key[1] for key in rows}))
    new = [[*key, *numbers] for key, numbers in rows.items() if key not in there]
    if new:
        warehouse.append(table, [*keys, *counts], new)
    changes = ", ".join(f"{count} = {count} + %s" for count in counts)
    casts = " and ".join(
        f"{key} = cast(%s as date)" if key.endswith("_date") else f"{key} = %s" for key in keys
    )
    for key in rows:
        if key in there:
            warehouse.execute(f"update {table} set {changes} where {casts}", [*rows[key], *key])


def _there(warehouse: Warehouse, table: str, keys: Sequence[str], names: Sequence[str]) -> set[Key]:
    found: set[Key] = set()
    for start in range(0, len(names), NAMES_AT_ONCE):
        some = names[start : start + NAMES_AT_ONCE]
        marks = ", ".join(["%s"] * len(some))
        for row in warehouse.query(
            f"select {', '.join(keys)} from {table} where execution_name in ({marks})", some
        ):
            found.add((str(row[keys[0]])[:10], *(str(row[key]) for key in keys[1:])))
    return found


def state_archived(
    warehouse: Warehouse, place: Place, parts: Sequence[Row], exported: Exported | None
) -> None:
    """One archived digest a part, with the digest that its rows had."""
    named = ("execution_name", "log_month", "retention_class", *COUNTS)
    names = [*named, "first_log_id", "last_log_id", "row_tags", "digest"]
    proof: list[str | None] = [None, None]
    if exported:
        proof = [exported.manifest_sha256, exported.location]
    rows = [["archived", *(part[name] for name in names), *proof] for part in parts]
    append_digests(warehouse, place, ["kind", *names, "manifest_sha256", "location"], rows)
