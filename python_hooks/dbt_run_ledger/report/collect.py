"""The rows of the report, from the ledger and from the models of the package."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dbt_run_ledger.errors import LedgerMissingError
from dbt_run_ledger.process_execution_log.jobs import Job, Jobs
from dbt_run_ledger.warehouses import Place, Row, Session

# How much one page holds; what is older is left out, and the page says so.
MOST_JOBS = 10_000
MOST_JOBS_WITH_STEPS = 200
MOST_ROWS = 20_000
# One read of documents with steps: some may be megabytes.
DOCUMENTS_AT_ONCE = 25

BUILD = "dbt build --select package:run_ledger --vars '{run_ledger_models: true}'"


@dataclass(frozen=True)
class Missing:
    """Why a section has no rows to show."""

    reason: str


Rows = list[Row] | Missing


@dataclass(frozen=True)
class Query:
    """What is read of one model."""

    # The ledger whose model it is; empty: the model is there whichever ledgers are on.
    ledger: str
    model: str
    sql: str
    limit: int = MOST_ROWS


@dataclass
class Collected:
    """All that the page shows. Times are naive UTC."""

    now: datetime
    since: datetime
    project: str
    target: str
    warehouse: str
    job_key: str | None = None
    jobs: list[Job] | Missing = field(default_factory=list)
    # The newest jobs again, with their steps.
    jobs_with_steps: list[Job] = field(default_factory=list)
    # One row a run over all ledgers but the invocations of functions, which may be millions.
    runs: Rows = field(default_factory=list)
    standing: Rows = field(default_factory=list)
    ingestion: Rows = field(default_factory=list)
    chains: Rows = field(default_factory=list)
    functions: Rows = field(default_factory=list)
    processing: Rows = field(default_factory=list)
    processing_places: Rows = field(default_factory=list)
    processing_runs: Rows = field(default_factory=list)
    drift: Rows = field(default_factory=list)
    profiles: Rows = field(default_factory=list)


# Field of Collected -> what is read for it. {0} is the model, {1} where only one job is asked for the
# condition on it, %s the begin of the report.
QUERIES: dict[str, Query] = {
    "runs": Query(
        "",
        "run_summary",
        "select ledger, run_id, job_key, target, status, recorded_at, started_at, ended_at,"
        " duration_seconds, total_count, succeeded_count, failed_count, skipped_count, attempt, error"
        " from {0} where recorded_at >= %s{1} and ledger <> 'function_logs' order by recorded_at desc",
        MOST_JOBS,
    ),
    "standing": Query(
        "",
        "run_summary_jobs",
        "select ledger, job_key, target, health, health_reason, runs, success_rate,"
        " p50_duration_seconds, p95_duration_seconds, p50_change_ratio, streak_outcome, streak_runs,"
        " mean_recovery_seconds, last_status, last_started_at, next_expected_at, is_late, late_seconds"
        " from {0} where ledger is not null{1} order by ledger, job_key, target",
    ),
    "ingestion": Query(
        "ingestion_runs",
        "run_ledger__ingestion_history",
        "select run_id, run_kind, mode, status, requested_by, created_at, started_at, finished_at,"
        " queued_ms, duration_ms, target_count, processed_count, success_count, failed_count, reason"
        " from {0} where created_at >= %s order by created_at desc",
    ),
    "chains": Query(
        "ingestion_runs",
        "run_ledger__ingestion_chains",
        "select run_id, root_run_id, attempt_number, attempts, status, created_at, is_latest"
        " from {0} where attempts > 1 and created_at >= %s order by root_run_id, attempt_number",
    ),
    "functions": Query(
        "function_logs",
        "hourly_function_metrics",
        "select hour, function_name, total_invocations, errors, error_rate, p50_duration_ms,"
        " p95_duration_ms, p99_duration_ms, sla_violations"
        " from {0} where hour >= %s order by hour desc, function_name",
    ),
    "processing": Query(
        "processing_logs",
        "processing_logs_monthly",
        "select log_month, processing_type, status, sum(row_count) as row_count"
        " from {0} where log_month is not null"
        " group by log_month, processing_type, status order by log_month desc",
    ),
    "processing_places": Query(
        "processing_logs",
        "run_ledger__processing_logs_masked",
        "select date_trunc('month', processed_at) as log_month, is_warm, count(*) as row_count"
        " from {0} group by 1, 2 order by 1 desc",
    ),
    "processing_runs": Query(
        "processing_logs",
        "run_ledger__processing_runs",
        "select execution_name, source_file, is_repeat, total_count, success_count, failed_count,"
        " skipped_count, status, started_at, ended_at, duration_ms"
        " from {0} where started_at >= %s order by started_at desc",
    ),
    "drift": Query(
        "profile_runs",
        "run_ledger__profile_drift",
        "select target_schema, target_table, column_name, started_at, data_type, null_rate,"
        " null_rate_change, distinct_rate_change_ratio, mean_change_deviations, reasons, is_drifted"
        " from {0} order by target_schema, target_table, column_name",
    ),
    "profiles": Query(
        "profile_runs",
        "run_ledger__profile_statistics",
        "select target_schema, target_table, column_name, started_at, row_count, null_rate,"
        " distinct_rate from {0} where started_at >= %s and column_name <> ''"
        " and row_filter is null order by started_at desc",
    ),
}


def collect(
    session: Session,
    since: datetime,
    *,
    job_key: str | None = None,
    schema: str | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Collected:
    """`schema`: where the models are, if not in the target's. `tell` hears what is being read."""
    now = session.warehouse.query(f"select {session.warehouse.now_utc} as now")[0]["now"]
    profile = session.profile
    project = profile.project_name or profile.name
    found = Collected(now, since, project, profile.target, session.warehouse.name, job_key)
    tell("process_execution_log")
    _collect_jobs(found, Jobs(session))
    place = models_place(session, schema)
    for name, query in QUERIES.items():
        tell(query.ledger or query.model)
        setattr(found, name, _rows(session, place, query, since, job_key))
    return found


def models_place(session: Session, schema: str | None) -> Place:
    """Where dbt puts the models of the package unless the project says otherwise."""
    settings = session.profile.settings
    default = "main" if session.profile.adapter == "duckdb" else "public"
    named = schema or settings.get("schema") or default
    return Place(session.profile.database, str(named), {}, session.profile.quoting)


def _collect_jobs(found: Collected, jobs: Jobs) -> None:
    try:
        newest = jobs.since(found.since, MOST_JOBS)
    except LedgerMissingError:
        found.jobs = Missing(
            "The job ledger has no table yet. The next `dbt run` with the package creates it."
        )
        return
    found.jobs = [job for job in newest if found.job_key in (None, job.facts.get("job_key"))]
    ids = [job.id for job in found.jobs[:MOST_JOBS_WITH_STEPS]]
    for begin in range(0, len(ids), DOCUMENTS_AT_ONCE):
        found.jobs_with_steps += jobs.with_ids(ids[begin : begin + DOCUMENTS_AT_ONCE])


def _rows(
    session: Session, place: Place, query: Query, since: datetime, job_key: str | None
) -> list[Row] | Missing:
    ledgers: Sequence[Any] = session.settings.get("run_ledger_ledgers") or ()
    if query.ledger and query.ledger not in ledgers:
        return Missing(f"The ledger {query.ledger} is off: run_ledger_ledgers does not name it.")
    # Asked of the warehouse, because the newest runs may all be those of other jobs.
    of_job = job_key is not None and "{1}" in query.sql
    sql = query.sql.format(place.table(query.model), " and job_key = %s" if of_job else "")
    parameters = ((since,) if "%s" in query.sql else ()) + ((job_key,) if of_job else ())
    try:
        return session.warehouse.query(f"{sql} limit {query.limit:d}", parameters)
    except LedgerMissingError:
        return Missing(
            f"The model {query.model} is not in the schema {place.schema}. This builds it: {BUILD}"
        )
