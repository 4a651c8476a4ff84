"""The rows of the job ledger, read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dbt_run_ledger.errors import InputError
from dbt_run_ledger.warehouses import Row, Session

WORD = "process_execution_log"
JOB_TYPE = "DBT_JOB_RUN"
STATUSES = ("RUNNING", "SUCCESS", "FAILED", "CANCELLED", "LOST")
# The lease of a row that carries none, as in the macro setting_specs().
LEASE_MINUTES = 1440
SHORTEST_PREFIX = 4
# Without the steps, which are megabytes for a large project.
_COLUMNS = (
    *("process_step_id", "execution_status_name", "execution_completed_ind"),
    *("execution_start_tmstp", "execution_end_tmstp", "insert_tmstp", "update_tmstp"),
    *("source_obj", "destination_obj", "process_config_obj", "destination_data_cnt_obj"),
    "error_message_obj",
)


@dataclass(frozen=True)
class Job:
    """One invocation of dbt, as its row says."""

    row: Mapping[str, Any]
    # The warehouse's clock when the row was read.
    now: datetime
    # Of a row that carries no lease of its own.
    lease_minutes: float = LEASE_MINUTES

    @property
    def id(self) -> str:
        return str(self.row["process_step_id"])

    @property
    def invocation_id(self) -> str:
        return self.id.removeprefix("JOB_")

    @property
    def facts(self) -> Mapping[str, Any]:
        return self.row.get("process_config_obj") or {}

    @property
    def status(self) -> str:
        """LOST from the end of the lease on, whether or not a later job has closed the row."""
        said = str(self.row["execution_status_name"])
        lease = timedelta(minutes=float(self.facts.get("lease_minutes") or self.lease_minutes))
        is_silent = self.row["update_tmstp"] + lease < self.now
        return "LOST" if said == "RUNNING" and is_silent else said

    @property
    def started_at(self) -> datetime:
        started: datetime = self.row["execution_start_tmstp"]
        return started

    @property
    def ended_at(self) -> datetime | None:
        if self.row["execution_end_tmstp"] is None and self.status == "LOST":
            return self.updated_at
        ended: datetime | None = self.row["execution_end_tmstp"]
        return ended

    @property
    def updated_at(self) -> datetime:
        updated: datetime = self.row["update_tmstp"]
        return updated

    @property
    def seconds(self) -> float:
        """From the start to the end, or to now."""
        return max(((self.ended_at or self.now) - self.started_at).total_seconds(), 0.0)

    @property
    def project(self) -> str:
        return str(
            self.facts.get("project_name") or (self.row["source_obj"] or {}).get("project_name")
        )

    @property
    def title(self) -> str:
        return f"{self.project} {self.facts.get('command')} ({self.facts.get('target_name')})"

    @property
    def counts(self) -> Mapping[str, int]:
        return self.row.get("destination_data_cnt_obj") or {}

    @property
    def document(self) -> Mapping[str, Any]:
        return self.row.get("step_execution_obj") or {}

    @property
    def steps(self) -> Sequence[Mapping[str, Any]]:
        return self.document.get("models") or ()

    @property
    def errors(self) -> Sequence[Mapping[str, Any]]:
        return self.row.get("error_message_obj") or ()

    @property
    def first_error(self) -> str | None:
        if not self.errors:
            return None
        first = self.errors[0]
        name = f"{first['model_name']}: " if first.get("model_name") else ""
        return f"{name}{first.get('message')}"

    def summary(self) -> Row:
        """One line of history."""
        counts, total = self.counts, self.counts.get("total_models", 0)
        return {
            "process_step_id": self.id,
            "status": self.status,
            "started_at": self.started_at,
            "ended_at": self.ended_at,
            "duration_seconds": round(self.seconds, 3),
            "project_name": self.project,
            "target_name": self.facts.get("target_name"),
            "command": self.facts.get("command"),
            "job_key": self.facts.get("job_key"),
            "total_models": total,
            "planned_models": counts.get("planned_models"),
            "completed_models": counts.get("completed"),
            "failed_models": counts.get("failed"),
            "skipped_models": counts.get("skipped"),
            "first_error": self.first_error,
        }


@dataclass
class Jobs:
    """What can be asked of the ledger. Rows that are marked as deleted are left out."""

    session: Session
    _columns: str = field(default=", ".join(_COLUMNS))

    def newest(self, limit: int, *, with_steps: bool = False) -> list[Job]:
        return self._read("true", (), limit, with_steps)

    def since(self, moment: datetime, limit: int) -> list[Job]:
        """Those that began at or after this moment, newest first, without their steps."""
        return self._read("insert_tmstp >= %s", (moment,), limit, False)

    def running(self) -> list[Job]:
        """With their steps, and with those that have become LOST."""
        return self._read("execution_completed_ind = 'N'", (), None, True)

    def with_ids(self, ids: Sequence[str], *, with_steps: bool = True) -> list[Job]:
        if not ids:
            return []
        places = ", ".join(["%s"] * len(ids))
        return self._read(f"process_step_id in ({places})", tuple(ids), None, with_steps)

    def one(self, given: str | None) -> Job:
        """The job with this id or beginning of an id; without one, the newest."""
        if given is None:
            found = self.newest(1, with_steps=True)
            if not found:
                raise InputError("the ledger has no job yet. The next `dbt run` leaves one.")
            return found[0]
        step_id = given if given.startswith("JOB_") else f"JOB_{given}"
        if len(step_id) < len("JOB_") + SHORTEST_PREFIX:
            raise InputError(
                f"id: expected at least {SHORTEST_PREFIX} characters, got {given!r}. "
                "`run-ledger jobs` lists the ids."
            )
        # A whole id is found by the index; a part of one is looked for in all of them.
        found = self.with_ids([step_id]) or self._read(
            "substring(process_step_id, 1, %s) = %s", (len(step_id), step_id), 3, True
        )
        if len(found) != 1:
            what = f"{len(found)} of them" if found else "no such job"
            raise InputError(
                f"id: expected the beginning of one job's id, got {given!r}: {what}. "
                "`run-ledger jobs` lists the ids."
            )
        return found[0]

    def like(self, job: Job, limit: int) -> list[Job]:
        """Earlier runs of the same job that have ended, newest first, without their steps."""
        earlier = self._read(
            "insert_tmstp < %s and execution_completed_ind = 'Y'",
            (job.row["insert_tmstp"],),
            limit * 20,
            False,
        )
        key = job.facts.get("job_key")
        return [each for each in earlier if each.facts.get("job_key") == key][:limit]

    def _read(
        self, condition: str, parameters: Sequence[object], limit: int | None, with_steps: bool
    ) -> list[Job]:
        warehouse = self.session.warehouse
        columns = self._columns + (", step_execution_obj" if with_steps else "")
        rows = warehouse.query(
            f"select {columns}, {warehouse.now_utc} as read_tmstp"
            f" from {self.session.place.table(WORD)}"
            f" where execution_type_name = %s and deleted_ind <> 'Y' and {condition}"
            " order by insert_tmstp desc, process_step_id"
            + (f" limit {limit:d}" if limit is not None else ""),
            (JOB_TYPE, *parameters),
        )
        lease = float(self.session.settings.get("run_ledger_lease_minutes", LEASE_MINUTES))
        return [Job(row, row.pop("read_tmstp"), lease) for row in rows]
