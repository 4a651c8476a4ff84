"""The SQL of the processing logs: what differs between warehouses, and what is the same on all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dbt_run_ledger.warehouses import Place, Warehouse

WORD = "processing_logs"
COLUMNS = (
    *("log_id", "execution_name", "user_id", "processing_type", "old_value", "new_value"),
    *("status", "error_message", "processed_at", "retention_class", "metadata"),
)
STATUSES = ("success", "failed", "skipped")
# What a row is retained, counted and proved by: its run, month and class.
PART = ("execution_name", "log_month", "retention_class")


@dataclass(frozen=True)
class Dialect:
    """The expressions that one warehouse writes differently; `{}` is where the operand goes."""

    text: str
    sha256: str
    epoch_ms: str
    json_text: str
    # {0} what, {1} the separator as a literal.
    text_agg: str
    month: str = "cast(date_trunc('month', processed_at) as date)"
    # Numbers rows where the warehouse does not.
    is_numbered_here: bool = False


DIALECTS = {
    "postgres": Dialect(
        text="text",
        sha256="encode(sha256(convert_to({}, 'UTF8')), 'hex')",
        # Faster than extract(), which is numeric, and exact to far more than a millisecond.
        epoch_ms="cast(date_part('epoch', {}) * 1000 as bigint)",
        json_text="cast({} as text)",
        text_agg="string_agg({0}, {1} order by log_id)",
    ),
    "duckdb": Dialect(
        text="varchar",
        sha256="sha256({})",
        epoch_ms="epoch_ms({})",
        json_text="cast({} as varchar)",
        text_agg="string_agg({0}, {1} order by log_id)",
        is_numbered_here=True,
    ),
    "snowflake": Dialect(
        text="varchar",
        sha256="sha2({}, 256)",
        epoch_ms="datediff('millisecond', cast('1970-01-01' as timestamp_ntz(3)), {})",
        json_text="to_json({})",
        text_agg="listagg({0}, {1}) within group (order by log_id)",
    ),
}


def dialect_of(warehouse: Warehouse) -> Dialect:
    return DIALECTS[warehouse.name]


def log_text(warehouse: Warehouse) -> str:
    """A row as text; the macro log_text() renders the same, and a test compares them."""
    dialect = dialect_of(warehouse)
    metadata = dialect.json_text.format("metadata")
    texts = {name: name for name in ("user_id", "processing_type", "status", "error_message")}
    texts["metadata"] = metadata
    parts = [
        *("log_id", _long(dialect, texts["user_id"]), _long(dialect, texts["processing_type"])),
        *("old_value", "new_value", _long(dialect, texts["status"])),
        _long(dialect, texts["error_message"]),
        dialect.epoch_ms.format("processed_at"),
        _long(dialect, metadata),
    ]
    if warehouse.name == "postgres":
        # concat() skips nulls, and is the fastest by far.
        return "concat(" + ", '|', ".join(parts) + ", chr(10))"
    return (
        " || '|' || ".join(f"coalesce(cast({part} as {dialect.text}), '')" for part in parts)
        + " || chr(10)"
    )


def _long(dialect: Dialect, text: str) -> str:
    """Preceded by its length, so that no two rows have one text."""
    return f"cast(length({text}) as {dialect.text}) || ':' || {text}"


def live(place: Place, columns: Sequence[str] = COLUMNS) -> str:
    """The rows of the hot table and the warm months."""
    names = ", ".join(columns)
    return (
        f"(select {names} from {place.table(WORD)} union all "
        f"select {names} from {place.table(WORD, '_warm')}) logs"
    )


def counts() -> str:
    return "count(*) as row_count, " + ", ".join(
        f"count(case when status = '{status}' then 1 end) as {status}_count" for status in STATUSES
    )


def digest(warehouse: Warehouse) -> str:
    dialect = dialect_of(warehouse)
    return dialect.sha256.format(dialect.text_agg.format(log_text(warehouse), "''"))


def parts_query(warehouse: Warehouse, source: str, where: str = "1 = 1") -> str:
    """One row a part: its counts, and the digest of its rows as they are now."""
    month = dialect_of(warehouse).month
    return (
        f"select execution_name, {month} as log_month, retention_class, {counts()}, "
        f"min(log_id) as first_log_id, max(log_id) as last_log_id, {digest(warehouse)} as digest "
        f"from {source} where {where} group by 1, 2, 3"
    )


def digest_number(warehouse: Warehouse, place: Place) -> tuple[str, str]:
    """The column and the expression that number digests, where the warehouse does not."""
    if not dialect_of(warehouse).is_numbered_here:
        return "", ""
    table = place.table(WORD, "_digests")
    number = (
        f"(select coalesce(max(digest_id), 0) from {table}) "
        "+ row_number() over (order by execution_name, retention_class), "
    )
    return "digest_id, ", number


def insert_digests(
    warehouse: Warehouse,
    place: Place,
    kind: str,
    where: str,
    source: str,
    manifest: str = "null, null",
) -> str:
    """State what is true of the rows that are there now, one digest a part.

    manifest: SQL for manifest_sha256 and location.
    """
    dialect = dialect_of(warehouse)
    column, number = digest_number(warehouse, place)
    names = (
        "kind, execution_name, log_month, retention_class, row_count, success_count, "
        "failed_count, skipped_count, first_log_id, last_log_id, log_ids, row_tags, digest, "
        "manifest_sha256, location, created_at"
    )
    if kind == "rows":
        text_of_ids = dialect.text_agg.format(f"cast(log_id as {dialect.text})", "','")
        tags = dialect.text_agg.format(f"left(md5({log_text(warehouse)}), 8)", "''")
        ids = f"case when max(log_id) - min(log_id) + 1 <> count(*) then {text_of_ids} end, {tags}"
    else:
        ids = "null, null"
    return (
        f"insert into {place.table(WORD, '_digests')} ({column}{names}) "
        f"select {number}'{kind}', execution_name, {dialect.month}, retention_class, {counts()}, "
        f"min(log_id), max(log_id), {ids}, {digest(warehouse)}, {manifest}, {warehouse.now_utc} "
        f"from {source} where {where} group by execution_name, {dialect.month}, retention_class "
        f"order by execution_name, {dialect.month}, retention_class"
    )


def roll_up(place: Place, suffix: str, where: str) -> list[str]:
    """Add the counts of warm rows to a summary: new keys first, with zeros, then the counts."""
    by_month = {
        "summary_date": "cast(date_trunc('month', processed_at) as date)",
        "execution_name": "execution_name",
    }
    by_day = {
        "processed_date": "cast(processed_at as date)",
        **{name: name for name in ("execution_name", "processing_type", "status")},
    }
    keys = by_month if suffix == "_summary" else by_day
    added = {"row_count": "count(*)"}
    if suffix == "_summary":
        added = {"total_processed": "count(*)"} | {
            f"{each}_count": f"count(case when status = '{each}' then 1 end)" for each in STATUSES
        }
    summary = place.table(WORD, suffix)
    items = ", ".join(f"{sql} as new_{name}" for name, sql in (keys | added).items())
    groups = ", ".join(str(number) for number in range(1, len(keys) + 1))
    rows = (
        f"(select {items} from {place.table(WORD, '_warm')} where {where} group by {groups}) rolled"
    )
    same = " and ".join(f"{name} = new_{name}" for name in keys)
    new_keys = (
        f"insert into {summary} ({', '.join(keys | added)}) "
        f"select {', '.join(f'new_{name}' for name in keys)}{', 0' * len(added)} from {rows} "
        f"where not exists (select 1 from {summary} where {same})"
    )
    changes = ", ".join(f"{name} = {name} + new_{name}" for name in added)
    return [new_keys, f"update {summary} set {changes} from {rows} where {same}"]
