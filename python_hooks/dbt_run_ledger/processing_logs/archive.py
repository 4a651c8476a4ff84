"""Move months out of the hot table, and export, roll up and remove what the policy keeps no longer.

Every step is one transaction or may be repeated, so a run that was killed is simply run again:
1. a month leaves the hot table whole, together with rows that arrived while it did;
2. rows without a digest get one;
3. in one transaction the rows are locked, compared with their digests, exported with a manifest,
   read back, added to the summaries, stated as archived, and removed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone

from dbt_run_ledger.errors import InputError
from dbt_run_ledger.processing_logs import statements
from dbt_run_ledger.processing_logs.chain import sealed_ids
from dbt_run_ledger.processing_logs.errors import NotProvedError
from dbt_run_ledger.processing_logs.export import Exported, check_format, export
from dbt_run_ledger.processing_logs.manifest import digest_key
from dbt_run_ledger.processing_logs.policy import Policy, number_of
from dbt_run_ledger.processing_logs.roll_up import (
    count_statuses,
    days_of,
    roll_up,
    state_archived,
)
from dbt_run_ledger.processing_logs.seal import (
    covered,
    digest_of,
    month_condition,
    part_of,
    seal,
    take_digests,
    texts_of,
    wait_for_turn,
)
from dbt_run_ledger.processing_logs.statements import COLUMNS, WORD
from dbt_run_ledger.processing_logs.target import target_of
from dbt_run_ledger.warehouses import Place, Row, Warehouse

ROWS_IN_A_BATCH = 10_000
LOCK_TIMEOUT = "5s"
# A bound of a partition that is the first moment of a month.
_BOUND = re.compile(r"'(\d{4}-\d\d-01) 00:00:00'")


@dataclass(frozen=True)
class Archived:
    """One step that was done, or with a dry run would have been."""

    action: str
    month: str
    rows: int
    location: str | None = None


def archive(
    warehouse: Warehouse,
    place: Place,
    policy: Policy,
    *,
    to: str | None = None,
    requires_export: bool = False,
    is_masked: bool = False,
    file_format: str = "csv",
    today: date | None = None,
    is_dry_run: bool = False,
    on_step: Callable[[Archived], None] = lambda _: None,
) -> list[Archived]:
    """Everything that is due. `to`: a folder or URL for the exported files."""
    if requires_export and not to and not is_dry_run:
        raise InputError(
            "archive: expected a target for the export, got none. "
            "run_ledger_processing_logs_require_export is true: give --to."
        )
    if to:
        # Before a month moves: a target of which nothing can be written costs nothing.
        check_format(file_format)
        target_of(to)
    work = _Work(warehouse, place, policy, to, is_masked, file_format, is_dry_run)
    done = []
    for step in work.steps(today or datetime.now(timezone.utc).date()):
        on_step(step)
        done.append(step)
    return done


@dataclass(frozen=True)
class _Batch:
    """Whole runs of one month that are removed together."""

    month: str
    parts: Sequence[Row]
    is_whole_month: bool
    warehouse_name: str

    @property
    def rows(self) -> int:
        return sum(int(part["row_count"]) for part in self.parts)

    @property
    def where(self) -> str:
        if self.is_whole_month:
            return month_condition(self.month)
        runs = " or ".join(
            f"(execution_name = {self._literal(part['execution_name'])} "
            f"and retention_class = {self._literal(part['retention_class'])})"
            for part in self.parts
        )
        return f"{month_condition(self.month)} and ({runs})"

    def _literal(self, text: str) -> str:
        """COPY takes no parameters. Snowflake reads backslash escapes, as sql_literal() says."""
        if self.warehouse_name == "snowflake":
            text = text.replace("\\", "\\\\")
        return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class _Work:
    warehouse: Warehouse
    place: Place
    policy: Policy
    to: str | None
    is_masked: bool
    file_format: str
    is_dry_run: bool

    def steps(self, today: date) -> Iterator[Archived]:
        for month in self._months(""):
            if self.policy.leaves_hot_table(month, today):
                yield self._move(month)
        for month in self._months("_warm"):
            yield from self._remove_due(month, today)
        if not self.is_dry_run:
            seal(self.warehouse, self.place, is_chain_only=True)

    @property
    def _warm(self) -> str:
        return f"{self.place.table(WORD, '_warm')} logs"

    def _months(self, suffix: str) -> list[str]:
        """The first day of each month that has a row."""
        table = self.place.table(WORD, suffix)
        if self.warehouse.name == "postgres":
            sql = self._months_of_partitions(table)
        else:
            month = statements.dialect_of(self.warehouse).month
            sql = f"select distinct {month} as log_month from {table} order by 1"
        return [str(row["log_month"])[:10] for row in self.warehouse.query(sql)]

    def _months_of_partitions(self, table: str) -> str:
        """Looks for one row in each partition, and does not read them. Through the table: what another
        archive dropped meanwhile is a month without a row."""
        found = [
            f"select '{month}' as log_month where exists "
            f"(select 1 from {table} where {month_condition(month)})"
            for month in sorted(self._partitions(table))
        ]
        return " union all ".join(found) or "select null as log_month where false"

    def _partitions(self, table: str) -> dict[str, str]:
        """First day of a month -> the partition that holds it and nothing else, whatever its name is."""
        rows = self.warehouse.query(
            "select cast(cast(inhrelid as regclass) as text) as name, "
            "pg_get_expr(relpartbound, part.oid) as bounds from pg_catalog.pg_inherits "
            "join pg_catalog.pg_class part on part.oid = inhrelid "
            "where inhparent = cast(%s as regclass)",
            [table],
        )
        found = {}
        for row in rows:
            first, after = (*_BOUND.findall(str(row["bounds"])), "", "")[:2]
            if first and after == _next(first):
                found[first] = str(row["name"])
        return found

    def _move(self, month: str) -> Archived:
        hot, warm = self.place.table(WORD), self.place.table(WORD, "_warm")
        here = month_condition(month)
        (row,) = self.warehouse.query(f"select count(*) as n from {hot} where {here}")
        if self.is_dry_run:
            return Archived("would move", month, int(row["n"]))
        if self.warehouse.name == "postgres":
            bounds = f"from ('{month}') to ('{_next(month)}')"
            with self.warehouse.transaction():
                self._be_patient()
                partition = self._partitions(hot).get(month)
                if partition is None:
                    # Another archive was quicker.
                    return Archived("moved", month, 0)
                self.warehouse.execute(f"alter table {hot} detach partition {partition}")
                self.warehouse.execute(
                    f"alter table {warm} attach partition {partition} for values {bounds}"
                )
        else:
            names = ", ".join(COLUMNS)
            with self.warehouse.transaction():
                self.warehouse.execute(
                    f"insert into {warm} ({names}) select {names} from {hot} where {here}"
                )
                # By key: a row that arrives in between stays, and moves the next time.
                self.warehouse.execute(
                    f"delete from {hot} where {here} and log_id in "
                    f"(select log_id from {warm} where {here})"
                )
        return Archived("moved", month, int(row["n"]))

    def _remove_due(self, month: str, today: date) -> Iterator[Archived]:
        if self._seems_due(month, today):
            done = self._archive(_Batch(month, (), True, self.warehouse.name), today)
            if done:
                yield done
                return
        parts = self._counted(month)
        if not self.is_dry_run and not self._are_covered(month, parts):
            with self.warehouse.transaction():
                self._wait_for_turn()
                statements.give_memory(self.warehouse)
                take_digests(self.warehouse, self.place, month=month, source=self._warm)
        due = [
            part
            for part in parts
            if self.policy.is_removable(month, part["retention_class"], today)
        ]
        if not due:
            return
        for batch in self._batches(month, due, len(due) == len(parts)):
            step = self._would(batch) if self.is_dry_run else self._archive(batch)
            if step:
                yield step

    def _seems_due(self, month: str, today: date) -> bool:
        """By the digests alone, which spares a look at the rows: whether the month goes as a whole."""
        if self.is_dry_run or self.warehouse.name != "postgres":
            return False
        kept = covered(self.warehouse, self.place, month=month)
        classes = {part[2] for part, digests in kept.items() if digests}
        return bool(classes) and self._are_removable(month, classes, today)

    def _are_removable(self, month: str, classes: Iterable[str], today: date) -> bool:
        return all(self.policy.is_removable(month, each, today) for each in classes)

    def _would(self, batch: _Batch) -> Archived:
        return Archived("would archive", batch.month, batch.rows)

    def _archive(self, batch: _Batch, today: date | None = None) -> Archived | None:
        """One transaction: what is proved and exported is what is removed.

        With the day, None where a row of the month is not due then, or has no digest: nothing is done."""
        with self.warehouse.transaction():
            self._lock()
            statements.give_memory(self.warehouse)
            parts = self._parts(batch)
            if not parts:
                # Another archive was quicker.
                return Archived("archived", batch.month, 0)
            classes = [part["retention_class"] for part in parts]
            if today and not (
                self._are_removable(batch.month, classes, today)
                and self._are_covered(batch.month, parts)
            ):
                return None
            days = days_of(self.warehouse, self.place, batch.where)
            count_statuses(parts, days)
            self._prove(batch.month, parts)
            exported = self._export(batch, parts)
            if self.warehouse.name == "snowflake" and _keys(self._parts(batch)) != _keys(parts):
                raise NotProvedError(
                    f"{batch.month[:7]}: its rows changed while they were exported. Run it again."
                )
            roll_up(self.warehouse, self.place, parts, days)
            state_archived(self.warehouse, self.place, parts, exported)
            for statement in self._removal(batch):
                self.warehouse.execute(statement)
        rows = sum(int(part["row_count"]) for part in parts)
        return Archived("archived", batch.month, rows, exported.location if exported else None)

    def _parts(self, batch: _Batch) -> list[Row]:
        """The warm rows of a batch, a row a part, in a fixed order."""
        sql = statements.parts_query(self.warehouse, self._warm, batch.where, batch.month)
        return sorted(self.warehouse.query(sql), key=part_of)

    def _counted(self, month: str) -> list[Row]:
        rows = self.warehouse.query(
            f"select execution_name, cast('{month}' as date) as log_month, retention_class, "
            f"count(*) as row_count from {self._warm} where {month_condition(month)} group by 1, 2, 3"
        )
        return sorted(rows, key=part_of)

    def _batches(self, month: str, due: list[Row], is_whole: bool) -> Iterator[_Batch]:
        if is_whole and self.warehouse.name == "postgres":
            yield _Batch(month, due, True, self.warehouse.name)
            return
        batch: list[Row] = []
        for part in due:
            batch.append(part)
            if sum(int(each["row_count"]) for each in batch) >= ROWS_IN_A_BATCH:
                yield _Batch(month, batch, False, self.warehouse.name)
                batch = []
        if batch:
            yield _Batch(month, batch, False, self.warehouse.name)

    def _are_covered(self, month: str, parts: list[Row]) -> bool:
        """Whether there is no row without a digest."""
        kept = covered(self.warehouse, self.place, month=month)
        return all(
            int(part["row_count"])
            <= sum(int(digest["row_count"]) for digest in kept.get(part_of(part), []))
            for part in parts
        )

    def _prove(self, month: str, parts: list[Row]) -> None:
        """What was altered is not archived as if it were the truth."""
        kept = covered(self.warehouse, self.place, month=month)
        for part in parts:
            digests = kept.get(part_of(part), [])
            sealed = sum(int(row["row_count"]) for row in digests)
            if sealed != int(part["row_count"]) or not self._is_as_sealed(part, digests):
                raise NotProvedError(
                    f"{part['execution_name']}: its rows of {month[:7]} are not what was "
                    "sealed, so nothing is removed. `run-ledger verify` says where."
                )

    def _is_as_sealed(self, part: Row, digests: list[Row]) -> bool:
        if len(digests) == 1:
            return bool(digests[0]["digest"] == part["digest"])
        # Sealed in several goes: each digest covers some of the rows.
        texts = texts_of(self.warehouse, self._warm, part_of(part))
        return all(digest["digest"] == digest_of(texts, sealed_ids(digest)) for digest in digests)

    def _export(self, batch: _Batch, parts: list[Row]) -> Exported | None:
        if not self.to:
            return None
        return export(
            self.warehouse, self.place, target_of(self.to), parts, batch.where, batch.month,
            is_masked=self.is_masked, file_format=self.file_format,
        )  # fmt: skip

    def _wait_for_turn(self) -> None:
        """A seal at the same moment would take a second digest of the same rows."""
        if self.warehouse.name == "postgres":
            self._be_patient()
            wait_for_turn(self.warehouse, self.place)

    def _lock(self) -> None:
        """From here on no warm row comes, goes or changes until the end; readers go on, and so do
        writers, whose rows are in the hot table."""
        if self.warehouse.name != "postgres":
            return
        self._be_patient()
        table = self.place.table(WORD, "_warm")
        self.warehouse.execute(f"lock table {table} in exclusive mode")

    def _removal(self, batch: _Batch) -> list[str]:
        warm = self.place.table(WORD, "_warm")
        if batch.is_whole_month:
            return [f"drop table {self._partitions(warm)[batch.month]}"]
        deletion = f"delete from {warm} where {batch.where}"
        if self.warehouse.name != "postgres":
            return [deletion]
        allow = "select set_config('run_ledger.retention', '{}', true)"
        return [allow.format("on"), deletion, allow.format("off")]

    def _be_patient(self) -> None:
        self.warehouse.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")


def _keys(parts: list[Row]) -> list[tuple[object, ...]]:
    return [digest_key(part) for part in parts]


def _next(month: str) -> str:
    number = number_of(month) + 1
    return f"{number // 12:04d}-{number % 12 + 1:02d}-01"
