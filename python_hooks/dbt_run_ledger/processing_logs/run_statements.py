"""The statements of one run: one on Postgres, a few in one transaction elsewhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dbt_run_ledger.processing_logs.csv_file import CsvFile
from dbt_run_ledger.processing_logs.statements import (
    DIALECTS,
    STATISTICS,
    STATUSES,
    WORD,
    dialect_of,
)
from dbt_run_ledger.warehouses import Place, Row, Warehouse

LONGEST_NAME = 80
COUNTED = ("total", *STATUSES)
_GIVEN = {
    "line_number": "integer",
    "user_id": "varchar(10)",
    "login_count": "integer",
    "login_problem": "varchar",
    "post_count": "integer",
    "post_problem": "varchar",
}
NOT_FOUND = "User not found in users table"
EMPTY = "No value in the file"
UNCHANGED = "Value unchanged"


@dataclass(frozen=True)
class RunOf:
    """One run over one file, under the first of the names that no run has."""

    names: Sequence[str]
    file: CsvFile
    # Whether a content that was processed before is taken once more.
    again: bool
    # The statuses whose rows have a retention class of their own.
    classes: Sequence[str] = ()


def run(warehouse: Warehouse, place: Place, run: RunOf) -> Row | None:
    """Write the rows, the values and the run itself; its name, is_repeat and counts.

    None where no name is free or the content was processed before: nothing is written."""
    if warehouse.name == "postgres":
        rows = warehouse.query(*_whole_run(place, run))
        return rows[0] if rows else None
    found = runs(warehouse, place, run)
    taken = {row["execution_name"] for row in found}
    name = next((each for each in run.names if each not in taken), None)
    is_repeat = any(row["content_sha256"] == run.file.sha256 for row in found)
    if name is None or (is_repeat and not run.again):
        return None
    counted = _in_steps(warehouse, place, run, name, is_repeat)
    return {"execution_name": name, "is_repeat": is_repeat, **counted}


def runs(warehouse: Warehouse, place: Place, run: RunOf) -> list[Row]:
    """The runs over this content, and those of these names."""
    marks = ", ".join(["%s"] * len(run.names))
    return warehouse.query(
        "select execution_name, content_sha256, started_at "
        f"from {place.table(WORD, '_executions')} "
        f"where content_sha256 = %s or execution_name in ({marks}) order by started_at",
        [run.file.sha256, *run.names],
    )


def _array(values: Sequence[object]) -> str:
    """A Postgres array as text: far quicker than one parameter a value. Nulls at the end may be
    left out, and some columns of problems have nothing else."""
    kinds = set(map(type, values))
    if kinds <= {type(None)}:
        return "{}"
    if str not in kinds:
        # Whole numbers, as Python lists them.
        return "{" + str(list(values))[1:-1].replace("None", "null") + "}"
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: object) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return "null" if value is None else str(value)


def _given(warehouse: Warehouse, run: RunOf) -> tuple[str, list[object]]:
    """A select of the lines, and its parameters."""
    if warehouse.name == "snowflake":
        rows = json.dumps(run.file.lines, ensure_ascii=False)
        items = ", ".join(
            f"cast(given.value[{place}] as {kind}) as {name}"
            for place, (name, kind) in enumerate(_GIVEN.items())
        )
        return f"select {items} from lateral flatten(input => parse_json(%s)) given", [rows]
    items = ", ".join(
        f"unnest(cast(cast(%s as json) as {kind.removesuffix('(10)')}[])) as {name}"
        for name, kind in _GIVEN.items()
    )
    return f"select {items}", [list(column) for column in run.file.columns]


def _given_to_postgres(file: CsvFile) -> tuple[str, list[object]]:
    """The same. A plain file goes as it is, and is taken apart there in a third of the time."""
    if not file.plain:
        items = ", ".join(
            f"unnest(cast(%s as {kind}[])) as {name}" for name, kind in _GIVEN.items()
        )
        return f"select {items}", [_array(column) for column in file.columns]
    user, *counts = (f"split_part(line, ',', {place + 1})" for place in file.plain.places)
    login, post = (f"cast(nullif({count}, '') as integer)" for count in counts)
    nothing = "cast(null as varchar)"
    # The first line is the header.
    values = [
        "cast(number + 1 as integer)",
        f"cast({user} as varchar(10))",
        login,
        nothing,
        post,
        nothing,
    ]
    items = ", ".join(f"{value} as {name}" for value, name in zip(values, _GIVEN, strict=True))
    lines = "unnest(string_to_array(%s, chr(10))) with ordinality as lines (line, number)"
    return f"select {items} from {lines}", [file.plain.text]


def _judged(fence: str = "") -> str:
    """Status and reason of each value, as SQL over the lines that are matched with what is known.
    `fence`: what keeps each of the values from being computed wherever it is named."""

    def of_kind(columns: str) -> str:
        cases = (f"when {n} then {columns.format(c)}" for n, c in enumerate(STATISTICS.values()))
        return f"case kind_number {' '.join(cases)} end"

    kinds = (
        f"select {n} as kind_number, cast('{kind}' as varchar(50)) as processing_type"
        for n, kind in enumerate(STATISTICS)
    )
    # Both values of a user side by side, so that they meet the same page of the index.
    values = (
        "select line_number, user_id, is_known, processing_type, "
        f"{of_kind('old_{}')} as old_value, {of_kind('{}')} as new_value, "
        f"{of_kind('{}').replace('_count', '_problem')} as problem "
        f"from matched cross join ({' union all '.join(kinds)}) kinds{fence}"
    )
    success, failed, skipped = (f"cast('{word}' as varchar(20))" for word in STATUSES)
    return (
        "select line_number, user_id, processing_type, old_value, new_value, "
        f"case when problem is not null then {failed} when new_value is null then {skipped} "
        f"when not is_known then {failed} when new_value = old_value then {skipped} "
        f"else {success} end as status, "
        f"case when problem is not null then problem when new_value is null then '{EMPTY}' "
        f"when not is_known then '{NOT_FOUND}' when new_value = old_value then '{UNCHANGED}' end "
        f"as error_message from ({values}) given_values"
    )


def _class(run: RunOf) -> str:
    if not run.classes:
        return "'standard'"
    return (
        "case when status in ('" + "', '".join(run.classes) + "') then status else 'standard' end"
    )


def _whole_run(place: Place, run: RunOf) -> tuple[str, list[object]]:
    """One text, and so one transaction and one round trip. A lock, for another run over this content
    that has not ended is waited for and then seen, by a statement that begins after it. In that
    statement the values are read where they are locked.

    The order of user_id keeps two runs over the same users from waiting for each other in a ring.
    The clock is read when all are locked: a statement that began sooner may get them later.

    Of default names the first one that nobody is about to use: each is taken with a lock that is asked
    for, and not waited for, one name at a time.
    """
    statistics, executions = place.table("user_statistics"), place.table(WORD, "_executions")
    columns = list(STATISTICS.values())
    old = ", ".join(f"held.{column} as old_{column}" for column in columns)
    taken = {c: f"coalesce(matched.{c}, stat.{c})" for c in columns}
    counts = ", ".join(f"count(*) filter (where status = '{each}')" for each in COUNTED[1:])
    given, lines = _given_to_postgres(run.file)
    now = "(select now_utc from moment)"
    turn, keys = "", []
    if len(run.names) > 1:
        turn, keys = (
            "where pg_try_advisory_xact_lock(hashtextextended(%s || name, 0)) ",
            [executions],
        )
    sql = f"""
select pg_advisory_xact_lock(hashtextextended(%s, 0));
with chosen as materialized (
  select name, is_repeat from (
    select exists (select 1 from {executions} where content_sha256 = %s) as is_repeat
  ) content, (
    select cast(name as varchar({LONGEST_NAME})) from (
      select name from unnest(cast(%s as varchar[])) with ordinality names (name, place)
      where not exists (select 1 from {executions} where execution_name = name) order by place offset 0
    ) in_order {turn}limit 1
  ) free
  where %s or not is_repeat
),
given as materialized (
  select * from ({given}) lines where exists (select 1 from chosen)
),
held as materialized (
  select stat.user_id, {", ".join(f"stat.{c}" for c in columns)} from {statistics} stat
  join given on given.user_id = stat.user_id order by stat.user_id for update of stat
),
moment as materialized (
  select cast(clock_timestamp() at time zone 'UTC' as timestamp(3)) as now_utc
  from (select count(*) from held) locked
),
matched as materialized (
  select given.*, known.user_id is not null as is_known, held.user_id is not null as is_held, {old}
  from given left join {place.table("users")} known on known.user_id = given.user_id
  left join held on held.user_id = given.user_id
),
judged as materialized ({_judged(DIALECTS["postgres"].fence)}),
changed as (
  update {statistics} stat set {", ".join(f"{c} = {value}" for c, value in taken.items())},
    updated_at = {now}
  from matched where stat.user_id = matched.user_id and is_held and is_known
    and ({" or ".join(f"matched.{c} <> coalesce(old_{c}, -1)" for c in columns)})
),
added as (
  insert into {statistics} (user_id, {", ".join(columns)}, updated_at)
  select user_id, {", ".join(columns)}, {now} from matched where is_known and not is_held
    and coalesce({", ".join(columns)}) is not null
),
logged as (
  insert into {place.table(WORD)} (execution_name, user_id, processing_type, old_value, new_value,
    status, error_message, processed_at, retention_class, metadata)
  select (select name from chosen), user_id, processing_type, old_value, new_value, status,
    error_message, {now}, {_class(run)},
    case when status = 'failed' then jsonb_build_object('line', line_number) end
  from judged
),
counted as (select count(*) as total_count, {counts} from judged)
insert into {executions} (execution_name, source_file, content_sha256, is_repeat, file_rows,
  total_count, success_count, failed_count, skipped_count, started_at, ended_at)
select chosen.name, %s, %s, chosen.is_repeat, {run.file.rows}, counted.*,
  cast(statement_timestamp() at time zone 'UTC' as timestamp(3)), {now}
from chosen cross join counted
returning execution_name, is_repeat, total_count, success_count, failed_count, skipped_count"""
    sha256 = run.file.sha256
    key = f"{place.table(WORD)} {sha256}"
    parameters = [key, sha256, _array(run.names), *keys, run.again, *lines]
    return sql, [*parameters, run.file.name, sha256]


def _in_steps(
    warehouse: Warehouse, place: Place, run: RunOf, name: str, is_repeat: bool
) -> dict[str, Any]:
    (began,) = warehouse.query(f"select {warehouse.now_utc} as now_utc")
    given, parameters = _given(warehouse, run)
    number, numbered = "", ""
    if dialect_of(warehouse).is_numbered_here:
        number = "log_id, "
        numbered = (
            f"(select coalesce(max(log_id), 0) from {_all_logs(place)}) "
            "+ row_number() over (order by line_number, processing_type), "
        )
    old = ", ".join(f"stat.{column} as old_{column}" for column in STATISTICS.values())
    line = {
        "duckdb": "json_object('line', line_number)",
        "snowflake": "object_construct('line', line_number)",
    }[warehouse.name]
    warehouse.execute(
        f"insert into {place.table(WORD)} ({number}execution_name, user_id, processing_type, old_value, "
        "new_value, status, error_message, processed_at, retention_class, metadata) "
        f"with given as ({given}), matched as (select given.*, known.user_id is not null as is_known, "
        f"{old} from given left join {place.table('users')} known on known.user_id = given.user_id "
        f"left join {place.table('user_statistics')} stat on stat.user_id = given.user_id), "
        f"judged as ({_judged()}) "
        f"select {numbered}%s, user_id, processing_type, old_value, new_value, status, "
        f"error_message, {warehouse.now_utc}, {_class(run)}, "
        f"case when status = 'failed' then {line} end from judged order by line_number, processing_type",
        [*parameters, name],
    )
    _keep_values(warehouse, place, name)
    counted = _counted(warehouse, place, name)
    warehouse.execute(
        f"insert into {place.table(WORD, '_executions')} (execution_name, source_file, "
        "content_sha256, is_repeat, file_rows, total_count, success_count, failed_count, "
        f"skipped_count, started_at, ended_at) select %s, %s, %s, {str(is_repeat).lower()}, "
        f"{run.file.rows}, {', '.join(map(str, counted.values()))}, cast(%s as timestamp), "
        f"{warehouse.now_utc}",
        [name, run.file.name, run.file.sha256, began["now_utc"]],
    )
    return counted


def _counted(warehouse: Warehouse, place: Place, name: str) -> dict[str, int]:
    counts = "count(*) as total_count, " + ", ".join(
        f"count(case when status = '{each}' then 1 end) as {each}_count" for each in COUNTED[1:]
    )
    (counted,) = warehouse.query(
        f"select {counts} from {place.table(WORD)} where execution_name = %s", [name]
    )
    return {f"{each}_count": int(counted[f"{each}_count"]) for each in COUNTED}


def _all_logs(place: Place) -> str:
    return (
        f"(select log_id from {place.table(WORD)} union all "
        f"select log_id from {place.table(WORD, '_warm')}) numbers"
    )


def _keep_values(warehouse: Warehouse, place: Place, name: str) -> None:
    """What the run logged as success becomes the newest value."""
    logs, statistics = place.table(WORD), place.table("user_statistics")
    done = "execution_name = %s and status = 'success'"
    warehouse.execute(
        f"insert into {statistics} (user_id) select distinct user_id from {logs} where {done} "
        f"and user_id not in (select user_id from {statistics})",
        [name],
    )
    for kind, column in STATISTICS.items():
        warehouse.execute(
            f"update {statistics} set {column} = done.new_value, updated_at = {warehouse.now_utc} "
            f"from (select user_id as done_user, new_value from {logs} where {done} "
            f"and processing_type = '{kind}') done where user_id = done.done_user",
            [name],
        )
