"""Take a digest of every row that has none, and put the digests into the chain.

Writers wait for nothing here: a row that is committed meanwhile is sealed the next time.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any

from dbt_run_ledger.processing_logs import statements
from dbt_run_ledger.processing_logs.chain import FIRST, Head, entry_hash, run_digest, sealed_ids
from dbt_run_ledger.processing_logs.errors import NotProvedError, SealingBusyError
from dbt_run_ledger.processing_logs.policy import STANDARD, Policy
from dbt_run_ledger.processing_logs.statements import WORD
from dbt_run_ledger.warehouses import Place, Row, Warehouse

_TURN = "hashtextextended(%s, 0)"
Part = tuple[str, str, str]
_RUN_KEYS = (
    *("kind", "execution_name", "log_month", "retention_class", "row_count", "success_count"),
    *("failed_count", "skipped_count", "first_log_id", "last_log_id", "row_tags", "digest"),
)
_KEYS = ("entry_number", "digest_id", "previous_hash", "entry_hash", "sealed_at")


@dataclass(frozen=True)
class Sealed:
    """What a seal added, and the head to keep outside."""

    digests: int
    entries: int
    head: Head


def part_of(row: Row) -> Part:
    return row["execution_name"], str(row["log_month"])[:10], row["retention_class"]


def month_condition(month: str) -> str:
    """Rows of a month, as a range that a partition or an index answers."""
    first = date.fromisoformat(month)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return f"processed_at >= cast('{first}' as timestamp) and processed_at < cast('{after}' as timestamp)"


def seal(
    warehouse: Warehouse,
    place: Place,
    *,
    execution_name: str | None = None,
    is_chain_only: bool = False,
    policy: Policy | None = None,
    today: date | None = None,
) -> Sealed:
    """`execution_name`: look at the rows of that run alone. `is_chain_only`: look at no row, for
    digests that were taken already.

    With a `policy`, a row that was archived before it was due is not sealed but refused."""
    with warehouse.transaction():
        _take_turn(warehouse, place)
        digests = 0
        if not is_chain_only:
            statements.give_memory(warehouse)
            digests = take_digests(warehouse, place, execution_name)
            digests += _take_runs(warehouse, place, execution_name)
        rows = _unsealed(warehouse, place)
        if policy:
            _check_due(rows, policy, today or datetime.now(timezone.utc).date())
        head = head_of(warehouse, place)
        entries = []
        for row in rows:
            number = head.entry_number + 1
            made = entry_hash(head.entry_hash, number, row)
            entries.append((number, row["digest_id"], head.entry_hash, made, row["sealed_at"]))
            head = Head(number, made)
        if entries:
            warehouse.append(place.table(WORD, "_chain"), _KEYS, entries)
    return Sealed(digests, len(entries), head)


def _take_turn(warehouse: Warehouse, place: Place) -> None:
    """One session seals at a time; the others leave it to that one instead of waiting."""
    if warehouse.name != "postgres":
        return
    (turn,) = warehouse.query(
        f"select pg_try_advisory_xact_lock({_TURN}) as is_mine",
        [place.table(WORD, "_chain")],
    )
    if not turn["is_mine"]:
        raise SealingBusyError


def wait_for_turn(warehouse: Warehouse, place: Place) -> None:
    """For who has to go on: until the session that seals has ended its transaction."""
    warehouse.query(f"select pg_advisory_xact_lock({_TURN})", [place.table(WORD, "_chain")])


def texts_of(warehouse: Warehouse, source: str, part: Part) -> dict[int, str]:
    """The rows of a part as the texts from which digests are taken, by log_id."""
    name, month, kept = part
    rows = warehouse.query(
        f"select log_id, {statements.log_text(warehouse)} as text from {source} "
        f"where execution_name = %s and retention_class = %s and {month_condition(month)}",
        [name, kept],
    )
    return {int(row["log_id"]): str(row["text"]) for row in rows}


def digest_of(texts: Mapping[int, str], numbers: Iterable[int]) -> str:
    content = "".join(texts.get(number, "") for number in numbers)
    return hashlib.sha256(content.encode()).hexdigest()


def head_of(warehouse: Warehouse, place: Place) -> Head:
    rows = warehouse.query(
        f"select entry_number, entry_hash from {place.table(WORD, '_chain')} "
        "order by entry_number desc limit 1"
    )
    return Head(int(rows[0]["entry_number"]), rows[0]["entry_hash"]) if rows else Head(0, FIRST)


def _unsealed(warehouse: Warehouse, place: Place) -> list[Row]:
    chain = place.table(WORD, "_chain")
    return warehouse.query(
        f"select d.*, {warehouse.now_utc} as sealed_at from {place.table(WORD, '_digests')} d "
        f"where d.digest_id not in (select digest_id from {chain}) order by d.digest_id"
    )


def _check_due(rows: list[Row], policy: Policy, today: date) -> None:
    for row in rows:
        if row["kind"] == "archived" and not policy.is_removable(
            str(row["log_month"])[:10], row["retention_class"], today
        ):
            raise NotProvedError(
                f"{row['execution_name']}: its rows of {str(row['log_month'])[:7]} are stated to be "
                "archived, which the policy does not allow yet. Nothing is sealed."
            )


def take_digests(
    warehouse: Warehouse,
    place: Place,
    execution_name: str | None = None,
    month: str | None = None,
    source: str | None = None,
) -> int:
    """A digest for each part that has rows which no digest covers; how many.

    `source`: where the rows are, by default in the hot table and the warm months."""
    source = source or statements.live(place)
    where, parameters = "1 = 1", []
    if execution_name is not None:
        where, parameters = "execution_name = %s", [execution_name]
    if month is not None:
        where = month_condition(month)
    counted = warehouse.query(
        f"select execution_name, {statements.dialect_of(warehouse).month} as log_month, "
        f"retention_class, count(*) as row_count from {source} "
        f"where {where} group by 1, 2, 3 order by 1, 2, 3",
        parameters,
    )
    known_of = covered(warehouse, place, execution_name, month)
    new: list[Part] = []
    late: list[Part] = []
    for row in counted:
        known = known_of.get(part_of(row))
        if not known:
            new.append(part_of(row))
        elif int(row["row_count"]) > sum(int(each["row_count"]) for each in known):
            late.append(part_of(row))
    taken = _take_new(warehouse, place, source, new, where, parameters)
    return taken + sum(_take_late(warehouse, place, source, part, known_of[part]) for part in late)


def covered(
    warehouse: Warehouse,
    place: Place,
    execution_name: str | None = None,
    month: str | None = None,
) -> dict[Part, list[Row]]:
    """The digests of rows that are still expected to be there: archived ones end what was before."""
    where, parameters = "kind <> 'run'", []
    if execution_name is not None:
        where, parameters = f"{where} and execution_name = %s", [execution_name]
    if month is not None:
        where += f" and log_month = cast('{month}' as date)"
    rows = warehouse.query(
        "select digest_id, kind, execution_name, log_month, retention_class, row_count, "
        f"first_log_id, last_log_id, log_ids, digest from {place.table(WORD, '_digests')} "
        f"where {where} order by digest_id",
        parameters,
    )
    found: dict[Part, list[Row]] = defaultdict(list)
    for row in rows:
        if row["kind"] == "archived":
            found[part_of(row)].clear()
        else:
            found[part_of(row)].append(row)
    return found


def _take_new(
    warehouse: Warehouse,
    place: Place,
    source: str,
    parts: list[Part],
    where: str,
    parameters: list[Any],
) -> int:
    """All parts at once where none of what `where` names is covered, else by name."""
    if not parts:
        return 0
    names = sorted({part[0] for part in parts})
    taken = 0
    for start in range(0, len(names), 1000):
        some = names[start : start + 1000]
        marks = ", ".join(["%s"] * len(some))
        chosen = [part for part in parts if part[0] in set(some)]
        pairs = " or ".join(
            f"(execution_name = %s and retention_class = %s and {month_condition(month)})"
            for _, month, _ in chosen
        )
        condition = f"{where} and execution_name in ({marks})"
        values: list[Any] = [*parameters, *some]
        if not _are_new(warehouse, place, some):
            condition += f" and ({pairs})"
            values += [value for name, _, kept in chosen for value in (name, kept)]
        sql = statements.insert_digests(warehouse, place, condition, source)
        warehouse.execute(sql, values)
        taken += len(chosen)
    return taken


def _are_new(warehouse: Warehouse, place: Place, names: list[str]) -> bool:
    """Whether no part of these runs is covered."""
    marks = ", ".join(["%s"] * len(names))
    (row,) = warehouse.query(
        f"select count(*) as digests from {place.table(WORD, '_digests')} "
        f"where kind <> 'run' and execution_name in ({marks})",
        names,
    )
    return int(row["digests"]) == 0


def _take_runs(warehouse: Warehouse, place: Place, execution_name: str | None) -> int:
    """A digest of each row of processing_logs_executions that has none; how many."""
    where, parameters = "1 = 1", []
    if execution_name is not None:
        where, parameters = "execution_name = %s", [execution_name]
    executions, digests = place.table(WORD, "_executions"), place.table(WORD, "_digests")
    # By number, for a warehouse without keys may have several runs of one name.
    balance = (
        f"select execution_name, 1 as balance from {executions} where {where} union all "
        f"select execution_name, -1 as balance from {digests} where {where} and kind = 'run'"
    )
    found = warehouse.query(
        f"select * from {executions} where {where} and execution_name in (select execution_name "
        f"from ({balance}) balances group by execution_name having sum(balance) > 0) "
        "order by started_at, execution_name",
        parameters * 3,
    )
    found = _without_sealed(warehouse, place, found)
    counts = ("total_count", "success_count", "failed_count", "skipped_count")
    rows = []
    for run in found:
        digest, tags = run_digest(run)
        month = run["started_at"].date().replace(day=1)
        numbers = [int(run[name]) for name in counts]
        rows.append(["run", run["execution_name"], month, STANDARD, *numbers, 0, 0, tags, digest])
    if rows:
        statements.append_digests(warehouse, place, _RUN_KEYS, rows)
    return len(rows)


def _without_sealed(warehouse: Warehouse, place: Place, runs: list[Row]) -> list[Row]:
    """Where a name comes twice, one of its runs may have a digest."""
    numbers = Counter(run["execution_name"] for run in runs)
    names = [name for name, number in numbers.items() if number > 1]
    if not names:
        return runs
    sealed = warehouse.query(
        f"select execution_name, digest from {place.table(WORD, '_digests')} where kind = 'run' "
        f"and execution_name in ({', '.join(['%s'] * len(names))})",
        names,
    )
    known = {(row["execution_name"], row["digest"]) for row in sealed}
    return [run for run in runs if (run["execution_name"], run_digest(run)[0]) not in known]


def _take_late(
    warehouse: Warehouse, place: Place, source: str, part: Part, known: list[Row]
) -> int:
    """A digest of the rows that came after those that are covered."""
    name, month, kept = part
    where = f"execution_name = %s and retention_class = %s and {month_condition(month)}"
    live = warehouse.query(f"select log_id from {source} where {where}", [name, kept])
    sealed = {number for digest in known for number in sealed_ids(digest)}
    late = sorted({int(row["log_id"]) for row in live} - sealed)
    if not late:
        return 0
    numbers = ", ".join(map(str, late))
    condition = f"{where} and log_id in ({numbers})"
    sql = statements.insert_digests(warehouse, place, condition, source)
    warehouse.execute(sql, [name, kept])
    return 1
