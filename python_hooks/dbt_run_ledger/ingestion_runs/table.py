"""Runs in the tables ingestion_runs and ingestion_runs_transitions of a warehouse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager

from dbt_run_ledger.ingestion_runs.rules import ACTIVE, QUEUED, RERUN_FROM, RUNNING
from dbt_run_ledger.ingestion_runs.run import Counts, Event, Run, Transition, run_of
from dbt_run_ledger.ingestion_runs.store import NewRun
from dbt_run_ledger.warehouses import Place, Row, Warehouse

WORD = "ingestion_runs"
IDS_IN_A_QUERY = 1_000


class TableStore:
    """One warehouse connection; the client lets one thread in at a time."""

    def __init__(self, warehouse: Warehouse, place: Place) -> None:
        self._warehouse = warehouse
        self._runs = place.table(WORD)
        self._audit = place.table(WORD, "_transitions")
        is_postgres = warehouse.name == "postgres"
        self._id = "%s" if warehouse.name == "snowflake" else "cast(%s as uuid)"
        # The columns are timestamptz on Postgres and UTC timestamps elsewhere.
        self._now = (
            f"({warehouse.now_utc} at time zone 'UTC')" if is_postgres else warehouse.now_utc
        )

    def transaction(self) -> AbstractContextManager[None]:
        return self._warehouse.transaction()

    def insert(self, run: NewRun) -> bool:
        there = f"select 1 from {self._runs} where run_id = {self._id}"
        columns = {
            "run_id": (self._id, run.run_id),
            "run_kind": ("%s", run.run_kind),
            "mode": ("%s", run.mode),
            "status": ("%s", QUEUED),
            "target_types": (self._warehouse.text_array_parameter, list(run.target_types)),
            "parent_run_id": (self._id, run.parent_run_id),
            "requested_by": ("%s", run.requested_by),
            "target_count": ("%s", run.target_count),
            "unprocessed_count": ("%s", run.target_count),
            "trace_id": ("%s", run.trace_id),
        }
        values = [value for _, value in columns.values()]
        guard, guard_values = f"not exists ({there})", [run.run_id]
        if run.parent_run_id is not None:
            # Of two requests one sees the other's run.
            self.hold(run.parent_run_id)
            guard += (
                f" and exists ({there} and status in {_places(RERUN_FROM)}) and not exists (select 1"
                f" from {self._runs} where parent_run_id = {self._id}"
                f" and status in {_places(ACTIVE)})"
            )
            guard_values += [run.parent_run_id, *RERUN_FROM, run.parent_run_id, *ACTIVE]
        return bool(
            self._warehouse.execute(
                f"insert into {self._runs} ({', '.join(columns)}, created_at)"
                f" select {', '.join(sql for sql, _ in columns.values())}, {self._now}"
                f" where {guard}",
                (*values, *guard_values),
            )
        )

    def hold(self, run_id: str) -> None:
        """Postgres locks a row for who asks; elsewhere an update that changes nothing does it."""
        change = f"update {self._runs} set requested_by = requested_by where run_id = {self._id}"
        if self._warehouse.name == "postgres":
            change = f"select 1 from {self._runs} where run_id = {self._id} for no key update"
        self._warehouse.execute(change, (run_id,))

    def get(self, run_id: str) -> Run | None:
        found = self._select(f"where run_id = {self._id}", (run_id,))
        return found[0] if found else None

    def move(
        self, run: Run, to_status: str, event: Event, counts: Counts | None = None
    ) -> Run | None:
        time, after = (
            ("started_at", "created_at") if to_status == RUNNING else ("finished_at", "started_at")
        )
        changes = counts.columns() if counts else {}
        setting = "".join(f", {column} = %s" for column in changes)
        moved = self._warehouse.execute(
            f"update {self._runs} set status = %s, {time} = greatest({after}, {self._now}){setting}"
            f" where run_id = {self._id} and status = %s",
            (to_status, *changes.values(), run.run_id, run.status),
        )
        if not moved:
            return None
        self._warehouse.execute(
            f"insert into {self._audit} (run_id, from_status, to_status, moved_at, actor, trace_id,"
            f" event_key, reason) select run_id, %s, status, {time}, %s, trace_id, %s, %s"
            f" from {self._runs} where run_id = {self._id}",
            (run.status, event.actor, event.event_key, event.reason, run.run_id),
        )
        return self.get(run.run_id)

    def set_counts(self, run: Run, counts: Counts) -> bool:
        changes = counts.columns()
        setting = ", ".join(f"{column} = %s" for column in changes)
        return bool(
            self._warehouse.execute(
                f"update {self._runs} set {setting}"
                f" where run_id = {self._id} and status = %s and processed_count <= %s",
                (*changes.values(), run.run_id, RUNNING, counts.processed),
            )
        )

    def transitions(self, run_id: str) -> list[Transition]:
        rows = self._warehouse.query(
            f"select * from {self._audit} where run_id = {self._id}"
            " order by moved_at, case when to_status = 'running' then 0 else 1 end",
            (run_id,),
        )
        return [Transition(**row) for row in rows]

    def page(self, filters: Mapping[str, str], limit: int | None, offset: int = 0) -> list[Run]:
        places = {name: self._id if name.endswith("run_id") else "%s" for name in filters}
        where = " and ".join(f"{name} = {place}" for name, place in places.items())
        return self._select(
            (f"where {where} " if where else "")
            + "order by coalesce(started_at, created_at) desc, run_id desc"
            + (f" limit {int(limit)} offset {int(offset)}" if limit is not None else ""),
            tuple(filters.values()),
        )

    def links(self, run_id: str) -> list[str]:
        if self._warehouse.name != "postgres":
            # A step of a recursion costs a scan there; one scan of two columns has all the steps.
            links = self._warehouse.query(
                f"select run_id, parent_run_id from {self._runs} where parent_run_id is not null"
            )
            parents = {str(row["run_id"]): str(row["parent_run_id"]) for row in links}
            found = [run_id]
            while (parent := parents.get(found[-1])) and parent not in found[:1]:
                found.append(parent)
            return found
        rows = self._warehouse.query(
            "with recursive links as ("
            f" select run_id, parent_run_id, 0 as distance from {self._runs}"
            f" where run_id = {self._id} union all"
            " select above.run_id, above.parent_run_id, links.distance + 1 from links"
            # The offset keeps each step a look-up in the index, whatever the statistics say.
            f" cross join lateral (select run_id, parent_run_id from {self._runs} as runs"
            " where runs.run_id = links.parent_run_id offset 0) as above)"
            " select run_id from links order by distance",
            (run_id,),
        )
        return [str(row["run_id"]) for row in rows]

    def get_all(self, run_ids: Sequence[str]) -> list[Run]:
        found: dict[str, Run] = {}
        for first in range(0, len(run_ids), IDS_IN_A_QUERY):
            some = run_ids[first : first + IDS_IN_A_QUERY]
            places = ", ".join([self._id] * len(some))
            found |= {run.run_id: run for run in self._select(f"where run_id in ({places})", some)}
        return [found[run_id] for run_id in run_ids if run_id in found]

    def stuck(self, minutes: float) -> list[Run]:
        milliseconds = int(minutes * 60_000)
        ago = (
            f"dateadd('millisecond', {-milliseconds}, {self._now})"
            if self._warehouse.name == "snowflake"
            else f"{self._now} + {-milliseconds} * interval '1 millisecond'"
        )
        return self._select(
            f"where (status = %s and created_at < {ago}) or (status = %s and started_at < {ago})"
            " order by coalesce(started_at, created_at), run_id",
            (QUEUED, RUNNING),
        )

    def _select(self, rest: str, parameters: Sequence[object]) -> list[Run]:
        rows: list[Row] = self._warehouse.query(f"select * from {self._runs} {rest}", parameters)
        return [run_of(row) for row in rows]


def _places(values: Sequence[str]) -> str:
    return f"({', '.join(['%s'] * len(values))})"
