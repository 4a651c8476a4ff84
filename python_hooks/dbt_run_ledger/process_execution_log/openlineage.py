"""A row as OpenLineage run events: openlineage.io/spec/2-0-2/OpenLineage.json. Pure.

The job is a run, each of its steps a run with the job as its parent. Models, seeds and snapshots
have a dataset as their output.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import dbt_run_ledger
from dbt_run_ledger.process_execution_log.jobs import Job
from dbt_run_ledger.warehouses import Row
from dbt_run_ledger.warehouses.profiles import Profile

SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
# Who says so: dbt-run-ledger, as a package URL (github.com/package-url/purl-spec).
PRODUCER = f"pkg:pypi/dbt-run-ledger@{dbt_run_ledger.__version__}"
_FACETS = "https://openlineage.io/spec/facets/"
_BUILT = ("model", "seed", "snapshot")
_JOB_ENDS = {"SUCCESS": "COMPLETE", "FAILED": "FAIL", "CANCELLED": "ABORT", "LOST": "ABORT"}
# A skipped step did not start, so it has no run.
_STEP_ENDS = {"SUCCESS": "COMPLETE", "WARN": "COMPLETE", "ERROR": "FAIL", "CANCELLED": "ABORT"}


def namespace_of(profile: Profile) -> str:
    """Where the datasets are: openlineage.io/docs/spec/naming."""
    settings = profile.settings
    if profile.adapter == "postgres":
        return f"postgres://{settings.get('host')}:{settings.get('port') or 5432}"
    if profile.adapter == "snowflake":
        return f"snowflake://{settings.get('account')}"
    return "duckdb://" + str(settings.get("path") or ":memory:")


def events_of(job: Job, dataset_namespace: str) -> list[Row]:
    """In the order of their times: a START and, once it has ended, an end for each run."""
    namespace = f"dbt://{job.project}"
    name = f"{job.project}.{job.facts.get('target_name')}.{job.facts.get('command')}"
    facets = _run_facets(job)
    run: Row = {"runId": run_id(job), "facets": facets}
    described = {
        "namespace": namespace,
        "name": name,
        "facets": {"jobType": _job_type("JOB")},
    }
    events = [_event("START", job.started_at, run, described)]
    for step in job.steps:
        parent = {"run": {"runId": run["runId"]}, "job": {"namespace": namespace, "name": name}}
        events += _step_events(job, step, namespace, dataset_namespace, parent)
    if end := _JOB_ENDS.get(job.status):
        message = "\n".join(str(error.get("message")) for error in job.errors)
        ended = {**run, "facets": {**facets, **_error(message if end != "COMPLETE" else "")}}
        events.append(_event(end, job.ended_at or job.now, ended, described))
    # Stable: what has the same time stays in its order, a start before its end.
    return sorted(events, key=lambda event: str(event["eventTime"]))


def run_id(job: Job) -> str:
    """dbt's invocation id is one already; a row of another making gets one from its key."""
    try:
        return str(uuid.UUID(job.invocation_id))
    except ValueError:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, job.id))


def _step_events(
    job: Job,
    step: Mapping[str, Any],
    namespace: str,
    dataset_namespace: str,
    parent: Mapping[str, Any],
) -> Iterator[Row]:
    if not step["start_time"]:
        return
    identifier = uuid.uuid5(uuid.UUID(run_id(job)), step["unique_id"])
    facets = {"parent": _facet("1-1-0/ParentRunFacet.json", "ParentRunFacet", **parent)}
    run = {"runId": str(identifier), "facets": facets}
    described = {
        "namespace": namespace,
        "name": step["unique_id"],
        "facets": {"jobType": _job_type(step["resource_type"].upper())},
    }
    outputs = _outputs(step, dataset_namespace)
    started = datetime.fromisoformat(step["start_time"])
    yield _event("START", started, run, described, outputs)
    end = _STEP_ENDS.get(step["status"])
    if end:
        finished = step["end_time"]
        at = datetime.fromisoformat(finished) if finished else job.ended_at or job.now
        error = (step["error"] or step["status"]) if end == "FAIL" else ""
        run = {**run, "facets": {**facets, **_error(error)}}
        yield _event(end, at, run, described, outputs)


def _event(
    kind: str,
    at: datetime,
    run: Mapping[str, Any],
    job: Mapping[str, Any],
    outputs: list[Row] | None = None,
) -> Row:
    return {
        "eventType": kind,
        "eventTime": at.isoformat(timespec="milliseconds") + "Z",
        "producer": PRODUCER,
        "schemaURL": SCHEMA,
        "run": run,
        "job": job,
        "inputs": [],
        "outputs": outputs or [],
    }


def _outputs(step: Mapping[str, Any], namespace: str) -> list[Row]:
    if step["resource_type"] not in _BUILT or not step["schema"]:
        return []
    parts = (step["database"], step["schema"], step["model_name"])
    output: Row = {"namespace": namespace, "name": ".".join(str(part) for part in parts if part)}
    rows = step["rows_affected"]
    if rows is not None and rows >= 0:
        statistics = _facet(
            "1-0-2/OutputStatisticsOutputDatasetFacet.json",
            "OutputStatisticsOutputDatasetFacet",
            rowCount=rows,
        )
        output["outputFacets"] = {"outputStatistics": statistics}
    return [output]


def _run_facets(job: Job) -> Row:
    version = job.facts.get("dbt_version")
    if not version:
        return {}
    engine = _facet(
        "1-1-1/ProcessingEngineRunFacet.json",
        "ProcessingEngineRunFacet",
        name="dbt",
        version=version,
        openlineageAdapterVersion=dbt_run_ledger.__version__,
    )
    return {"processing_engine": engine}


def _job_type(kind: str) -> Row:
    return _facet(
        "2-0-3/JobTypeJobFacet.json",
        "JobTypeJobFacet",
        processingType="BATCH",
        integration="DBT",
        jobType=kind,
    )


def _error(message: str) -> Row:
    if not message:
        return {}
    facet = _facet(
        "1-0-1/ErrorMessageRunFacet.json",
        "ErrorMessageRunFacet",
        message=message,
        programmingLanguage="SQL",
    )
    return {"errorMessage": facet}


def _facet(file: str, definition: str, **values: object) -> Row:
    return {"_producer": PRODUCER, "_schemaURL": f"{_FACETS}{file}#/$defs/{definition}", **values}
