"""The digest of every part as it is now, read at one moment by as many sessions as help."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

from dbt_run_ledger.processing_logs import statements
from dbt_run_ledger.processing_logs.seal import Part, part_of
from dbt_run_ledger.processing_logs.statements import WORD
from dbt_run_ledger.warehouses import Place, Row, Warehouse

if TYPE_CHECKING:
    from psycopg2.extensions import connection

# Below this a second connection costs more than it saves.
ROWS_FOR_TWO = 100_000


def live_parts(warehouse: Warehouse, place: Place) -> dict[Part, Row]:
    # A caller's connection may be inside a transaction, whose rows no other session sees.
    is_ours = getattr(warehouse, "_is_owned", False)
    if warehouse.name == "postgres" and is_ours and (half := _half(warehouse, place)):
        rows = _by_two(warehouse, place, half)
    else:
        rows = warehouse.query(statements.parts_query(warehouse, statements.live(place)))
    return {part_of(row): row for row in rows}


def _half(warehouse: Warehouse, place: Place) -> str | None:
    """The month from which on about half of the sealed rows are; None when they are few."""
    months = warehouse.query(
        f"select log_month, sum(row_count) as row_count from {place.table(WORD, '_digests')} "
        "where kind = 'rows' and (execution_name, log_month, retention_class) not in (select "
        f"execution_name, log_month, retention_class from {place.table(WORD, '_digests')} "
        "where kind = 'archived') group by 1 order by 1"
    )
    total, seen = sum(int(row["row_count"]) for row in months), 0
    for row in months:
        if total >= ROWS_FOR_TWO and seen * 2 >= total - int(row["row_count"]) and seen:
            return str(row["log_month"])[:10]
        seen += int(row["row_count"])
    return None


def _by_two(warehouse: Warehouse, place: Place, half: str) -> list[Row]:
    """Two sessions share one snapshot, so that no row is seen by both or by none."""
    import psycopg2

    info = warehouse._connection.info  # type: ignore[attr-defined]
    older = statements.parts_query(warehouse, statements.live(place), f"processed_at < '{half}'")
    newer = statements.parts_query(warehouse, statements.live(place), f"processed_at >= '{half}'")
    with (
        closing(
            psycopg2.connect(
                **info.dsn_parameters, **({"password": info.password} if info.password else {})
            )
        ) as second,
        ThreadPoolExecutor(1) as pool,
        warehouse.transaction(),
    ):
        warehouse.execute("set transaction isolation level repeatable read")
        (row,) = warehouse.query(
            "select pg_export_snapshot() as snapshot, current_setting('role') as role"
        )
        other = pool.submit(_in_snapshot, second, row["snapshot"], row["role"], older)
        statements.give_memory(warehouse)
        rows = warehouse.query(newer)
        return rows + other.result()


def _in_snapshot(second: connection, snapshot: str, role: str, sql: str) -> list[Row]:
    with second.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("set transaction snapshot %s", (snapshot,))
        # The profile may name a role that is not the one that logs in.
        cursor.execute("select set_config('role', %s, true)", (role,))
        for setting in (*statements.SESSION, "set local timezone = 'UTC'"):
            cursor.execute(setting)
        cursor.execute(sql)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
