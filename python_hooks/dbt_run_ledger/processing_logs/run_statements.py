"""The statements of one run: one on Postgres, a few in one transaction elsewhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dbt_run_ledger.processing_logs.csv_file import CsvFile
from dbt_run_ledger.processing_logs.statements import WORD, dialect_of
from dbt_run_ledger.warehouses import Place, Warehouse

COUNTED = ("total", "success", "failed", "skipped")
# Type of processing -> column of user_statistics, and of a line of the file.
STATISTICS = {"login_update": "login_count", "post_update": "post_count"}
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
    """One run over one file."""

    name: str
    moment: datetime
    file: CsvFile
    is_repeat: bool
    # The statuses whose rows have a retention class of their own.
    classes: Sequence[str] = ()


def run(warehouse: Warehouse, place: Place, run: RunOf) -> dict[str, Any]:
    """Write the rows, the values and the run itself; the counts."""
    if warehouse.name == "postgres":
        (counted,) = warehouse.query(*_whole_run(warehouse, place, run))
        return counted
    return _in_steps(warehouse, place, run)


def _columns(run: RunOf) -> list[tuple[Any, ...]]:
    """The lines by column, in the order of _GIVEN."""
    return list(zip(*run.file.lines, strict=True))


def _array(values: Sequence[object]) -> str:
    """A Postgres array as text: far quicker than one parameter a value. Nulls at the end may be
    left out, and most columns of problems have nothing else."""
    if values.count(None) == len(values):
        return "{}"
    # Letters and digits need no quotes, but the word null would be a null.
    texts = [value for value in values if isinstance(value, str)]
    if (
        len(texts) == len(values)
        and "".join(texts).isalnum()
        and "null" not in "".join(texts).lower()
    ):
        return "{" + ",".join(texts) + "}"
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: object) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return "null" if value is None else str(value)


def _given(warehouse: Warehouse, run: RunOf) -> tuple[str, list[object]]:
    """A select of the lines, and its parameters."""
    columns = _columns(run)
    if warehouse.name == "snowflake":
        rows = json.dumps(run.file.lines, ensure_ascii=False)
        items = ", ".join(
            f"cast(given.value[{place}] as {kind}) as {name}"
            for place, (name, kind) in enumerate(_GIVEN.items())
        )
        return f"select {items} from lateral flatten(input => parse_json(%s)) given", [rows]
    if warehouse.name == "duckdb":
        items = ", ".join(
            f"unnest(cast(cast(%s as json) as {kind.removesuffix('(10)')}[])) as {name}"
            for name, kind in _GIVEN.items()
        )
        return f"select {items}", [list(column) for column in columns]
    arrays = ", ".join(f"cast(%s as {kind}[])" for kind in _GIVEN.values())
    return (
        f"select * from unnest({arrays}) as given({', '.join(_GIVEN)})",
        [_array(column) for column in columns],
    )


def _judged() -> str:
    """Status and reason of each value, as SQL over the lines that are matched with what is known."""

    def of_type(columns: str) -> str:
        cases = (
            f"when '{kind}' then {columns.format(kind.removesuffix('_update'))}"
            for kind in STATISTICS
        )
        return f"case processing_type {' '.join(cases)} end"

    kinds = [f"select '{kind}' as processing_type" for kind in STATISTICS]
    values = (
        f"select line_number, user_id, is_known, processing_type, "
        f"{of_type('old_{}_count')} as old_value, {of_type('{}_count')} as new_value, "
        f"{of_type('{}_problem')} as problem from matched cross join "
        f"({' union all '.join(kinds)}) kinds"
    )
    return (
        "select line_number, user_id, processing_type, old_value, new_value, "
        "case when problem is not null then 'failed' when new_value is null then 'skipped' "
        "when not is_known then 'failed' when new_value = old_value then 'skipped' "
        "else 'success' end as status, "
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


def _whole_run(warehouse: Warehouse, place: Place, run: RunOf) -> tuple[str, list[object]]:
    """One statement: the lines come as arrays, and the values are read where they are locked.

    The order of user_id keeps two runs over the same users from waiting for each other in a ring.
    """
    given, parameters = _given(warehouse, run)
    statistics = place.table("user_statistics")
    columns = list(STATISTICS.values())
    old = ", ".join(f"held.{column} as old_{column}" for column in columns)
    taken = {c: f"coalesce(matched.{c}, stat.{c})" for c in columns}
    counts = ", ".join(f"count(*) filter (where status = '{each}')" for each in COUNTED[1:])
    sql = f"""
with given as materialized ({given}),
held as materialized (
  select user_id, {", ".join(columns)} from {statistics}
  where user_id = any(cast(%s as varchar[])) order by user_id for update
),
matched as materialized (
  select given.*, known.user_id is not null as is_known, held.user_id is not null as is_held, {old}
  from given left join {place.table("users")} known on known.user_id = given.user_id
  left join held on held.user_id = given.user_id
),
judged as materialized ({_judged()}),
changed as (
  update {statistics} stat set {", ".join(f"{c} = {value}" for c, value in taken.items())},
    updated_at = {warehouse.now_utc}
  from matched where stat.user_id = matched.user_id and is_held and is_known
    and ({" or ".join(f"matched.{c} <> coalesce(old_{c}, -1)" for c in columns)})
),
added as (
  insert into {statistics} (user_id, {", ".join(columns)}, updated_at)
  select user_id, {", ".join(columns)}, {warehouse.now_utc} from matched where is_known and not is_held
    and coalesce({", ".join(columns)}) is not null
),
logged as (
  insert into {place.table(WORD)} (execution_name, user_id, processing_type, old_value, new_value,
    status, error_message, processed_at, retention_class, metadata)
  select %s, user_id, processing_type, old_value, new_value, status, error_message,
    {warehouse.now_utc}, {_class(run)},
    case when status = 'failed' then jsonb_build_object('line', line_number) end
  from judged
),
counted as (select count(*) as total_count, {counts} from judged)
insert into {place.table(WORD, "_executions")} (execution_name, source_file, content_sha256,
  is_repeat, file_rows, total_count, success_count, failed_count, skipped_count, started_at, ended_at)
select %s, %s, %s, {str(run.is_repeat).lower()}, {run.file.rows}, counted.*, %s, {warehouse.now_utc}
from counted
returning total_count, success_count, failed_count, skipped_count"""
    parameters += [parameters[1], run.name, run.name, run.file.name, run.file.sha256, run.moment]
    return sql, parameters


def _in_steps(warehouse: Warehouse, place: Place, run: RunOf) -> dict[str, Any]:
    logs, statistics = place.table(WORD), place.table("user_statistics")
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
        f"insert into {logs} ({number}execution_name, user_id, processing_type, old_value, "
        "new_value, status, error_message, processed_at, retention_class, metadata) "
        f"with given as ({given}), matched as (select given.*, known.user_id is not null as is_known, "
        f"{old} from given left join {place.table('users')} known on known.user_id = given.user_id "
        f"left join {statistics} stat on stat.user_id = given.user_id), "
        f"judged as ({_judged()}) "
        f"select {numbered}%s, user_id, processing_type, old_value, new_value, status, "
        f"error_message, {warehouse.now_utc}, {_class(run)}, "
        f"case when status = 'failed' then {line} end from judged order by line_number, processing_type",
        [*parameters, run.name],
    )
    _keep_values(warehouse, place, run)
    return _state_run(warehouse, place, run)


def _state_run(warehouse: Warehouse, place: Place, run: RunOf) -> dict[str, Any]:
    counts = "count(*) as total_count, " + ", ".join(
        f"count(case when status = '{each}' then 1 end) as {each}_count" for each in COUNTED[1:]
    )
    (counted,) = warehouse.query(
        f"select {counts} from {place.table(WORD)} where execution_name = %s", [run.name]
    )
    values = [int(counted[f"{each}_count"]) for each in COUNTED]
    warehouse.execute(
        f"insert into {place.table(WORD, '_executions')} (execution_name, source_file, "
        "content_sha256, is_repeat, file_rows, total_count, success_count, failed_count, "
        f"skipped_count, started_at, ended_at) select %s, %s, %s, {str(run.is_repeat).lower()}, "
        f"{run.file.rows}, {', '.join(map(str, values))}, cast(%s as timestamp), {warehouse.now_utc}",
        [run.name, run.file.name, run.file.sha256, run.moment],
    )
    return counted


def _all_logs(place: Place) -> str:
    return (
        f"(select log_id from {place.table(WORD)} union all "
        f"select log_id from {place.table(WORD, '_warm')}) numbers"
    )


def _keep_values(warehouse: Warehouse, place: Place, run: RunOf) -> None:
    """What the run logged as success becomes the newest value."""
    logs, statistics = place.table(WORD), place.table("user_statistics")
    done = "execution_name = %s and status = 'success'"
    warehouse.execute(
        f"insert into {statistics} (user_id) select distinct user_id from {logs} where {done} "
        f"and user_id not in (select user_id from {statistics})",
        [run.name],
    )
    for kind, column in STATISTICS.items():
        warehouse.execute(
            f"update {statistics} set {column} = done.new_value, updated_at = {warehouse.now_utc} "
            f"from (select user_id as done_user, new_value from {logs} where {done} "
            f"and processing_type = '{kind}') done where user_id = done.done_user",
            [run.name],
        )
