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
# Type of processing -> column of user_statistics, and of a line of the file.
STATISTICS = {"login_update": "login_count", "post_update": "post_count"}
STATUSES = ("success", "failed", "skipped")
# What a digest and the summary count.
COUNTS = ("row_count", *(f"{status}_count" for status in STATUSES))
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
    # What keeps a subquery from being merged into its query, which would compute a row twice.
    fence: str = ""
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
        fence=" offset 0",
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
    if warehouse.name == "postgres":
        return _log_text_of_postgres(dialect)
    texts = ("user_id", "processing_type", "status", "error_message")
    long = {name: (f"length({name})", name) for name in texts}
    metadata = dialect.json_text.format("metadata")
    long["metadata"] = (f"length({metadata})", metadata)
    epoch = dialect.epoch_ms.format("processed_at")
    parts: list[str] = ["log_id", "'|'"]
    # Each text is preceded by its length, so that no two rows have one text.
    for name in (*texts[:2], "old_value", "new_value", *texts[2:], "processed_at", "metadata"):
        if name in long:
            parts += [long[name][0], "':'", long[name][1], "'|'"]
        else:
            parts += [epoch if name == "processed_at" else name, "'|'"]
    parts[-1] = "chr(10)"
    return " || ".join(
        part if part[0] == "'" else f"coalesce(cast({part} as {dialect.text}), '')"
        for part in parts
    )


def _log_text_of_postgres(dialect: Dialect) -> str:
    """The same text in fewer pieces, for each costs as much as a column."""

    def told(name: str, usual: Sequence[str] = ()) -> str:
        text = f"coalesce(length({name}) || ':' || {name}, ':')"
        cases = " ".join(f"when '{value}' then '{len(value)}:{value}'" for value in usual)
        return f"case {name} {cases} else {text} end" if usual else text

    values = [f"coalesce(cast({name} as text), '')" for name in ("old_value", "new_value")]
    metadata = dialect.json_text.format("metadata")
    items = [
        *(
            "log_id",
            told("user_id"),
            told("processing_type", tuple(STATISTICS)),
            *values,
            told("status", STATUSES),
        ),
        *(told("error_message"), dialect.epoch_ms.format("processed_at"), told(metadata)),
    ]
    return f"concat_ws('|', {', '.join(items)} || chr(10))"


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


def digest(warehouse: Warehouse, text: str = "") -> str:
    """The digest of a group of rows; `text`: the column that holds them as text already."""
    dialect = dialect_of(warehouse)
    return dialect.sha256.format(dialect.text_agg.format(text or log_text(warehouse), "''"))


def parts_query(
    warehouse: Warehouse, source: str, where: str = "1 = 1", only_month: str | None = None
) -> str:
    """One row a part: how many rows, and the digest of its rows as they are now. `only_month`: the
    month in which all of them are, so that it need not be computed of each."""
    month = f"cast('{only_month}' as date)" if only_month else dialect_of(warehouse).month
    return (
        f"select execution_name, {month} as log_month, retention_class, count(*) as row_count, "
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


def insert_digests(warehouse: Warehouse, place: Place, where: str, source: str) -> str:
    """State what is true of the rows that are there now, one digest a part."""
    dialect = dialect_of(warehouse)
    column, number = digest_number(warehouse, place)
    text_of_ids = dialect.text_agg.format(f"cast(log_id as {dialect.text})", "','")
    tags = dialect.text_agg.format("left(md5(log_line), 8)", "''")
    rows = (
        f"(select log_id, execution_name, {dialect.month} as log_month, retention_class, status, "
        f"{log_text(warehouse)} as log_line from {source} where {where}{dialect.fence}) lines"
    )
    return (
        f"insert into {place.table(WORD, '_digests')} ({column}kind, execution_name, log_month, "
        "retention_class, row_count, success_count, failed_count, skipped_count, first_log_id, "
        "last_log_id, log_ids, row_tags, digest, created_at) "
        f"select {number}'rows', execution_name, log_month, retention_class, {counts()}, "
        "min(log_id), max(log_id), "
        f"case when max(log_id) - min(log_id) + 1 <> count(*) then {text_of_ids} end, {tags}, "
        f"{digest(warehouse, 'log_line')}, {warehouse.now_utc} "
        f"from {rows} group by execution_name, log_month, retention_class "
        "order by execution_name, log_month, retention_class"
    )


def append_digests(
    warehouse: Warehouse,
    place: Place,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
) -> None:
    """Digests whose values are known, numbered where the warehouse does not, of the present moment."""
    table = place.table(WORD, "_digests")
    (now,) = warehouse.query(
        f"select coalesce(max(digest_id), 0) as newest, {warehouse.now_utc} as now_utc from {table}"
    )
    columns, rows = [*columns, "created_at"], [[*row, now["now_utc"]] for row in rows]
    if dialect_of(warehouse).is_numbered_here:
        columns = ["digest_id", *columns]
        rows = [[int(now["newest"]) + n, *row] for n, row in enumerate(rows, start=1)]
    warehouse.append(table, columns, rows)


# Sorting in memory, in one process, without compiling what runs once.
SESSION = (
    "set local work_mem = '256MB'",
    "set local jit = off",
    "set local max_parallel_workers_per_gather = 0",
)


def give_memory(warehouse: Warehouse) -> None:
    """Inside a transaction, until its end."""
    if warehouse.name == "postgres":
        for setting in SESSION:
            warehouse.execute(setting)
