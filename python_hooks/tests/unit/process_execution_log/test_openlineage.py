"""A row as OpenLineage events that Marquez and the others take."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from dbt_run_ledger.process_execution_log.openlineage import events_of, namespace_of
from dbt_run_ledger.warehouses.profiles import Profile
from tests.unit.process_execution_log.made_jobs import INVOCATION, job, step
from tests.unit.process_execution_log.openlineage_schema import RUN_EVENT

JOB = job(
    "FAILED",
    step("raw", start=1, end=2, resource_type="seed", rows_affected=7),
    step("orders", start=3, end=5, rows_affected=-1),
    step("bad", "ERROR", start=4, end=6),
    step("after", "SKIPPED", start=None),
    step("unique", "WARN", start=5, end=5.5, resource_type="test", schema=None),
    step("stopped", "CANCELLED", start=6, end=None),
    end=7,
)


def check(events: list[dict[str, Any]]) -> None:
    """Valid each by itself; for each run one START and at most one end after it."""
    validator = jsonschema.Draft202012Validator(
        RUN_EVENT, format_checker=jsonschema.FormatChecker()
    )
    kinds = defaultdict(list)
    for event in events:
        validator.validate(event)
        kinds[event["run"]["runId"]].append(event["eventType"])
    for kind in kinds.values():
        assert kind[0] == "START"
        assert len(kind) <= 2


def test_the_schema_finds_what_is_wrong() -> None:
    (first, *_) = events_of(JOB, "postgres://h:1")
    for wrong in (
        {**first, "eventTime": "2026-11-21 12:00:00"},
        {**first, "run": {"runId": "JOB_1"}},
        {**first, "eventType": "SUCCESS"},
        {key: value for key, value in first.items() if key != "producer"},
    ):
        with pytest.raises(jsonschema.ValidationError):
            check([wrong])


def test_a_job_and_its_steps_are_runs() -> None:
    events = events_of(JOB, "postgres://localhost:5432")
    check(events)
    told = [(event["eventTime"][11:], event["eventType"], event["job"]["name"]) for event in events]
    assert told == [
        ("12:00:00.000Z", "START", "shop.dev.build"),
        ("12:00:01.000Z", "START", "seed.shop.raw"),
        ("12:00:02.000Z", "COMPLETE", "seed.shop.raw"),
        ("12:00:03.000Z", "START", "model.shop.orders"),
        ("12:00:04.000Z", "START", "model.shop.bad"),
        ("12:00:05.000Z", "COMPLETE", "model.shop.orders"),
        ("12:00:05.000Z", "START", "test.shop.unique"),
        ("12:00:05.500Z", "COMPLETE", "test.shop.unique"),
        ("12:00:06.000Z", "FAIL", "model.shop.bad"),
        ("12:00:06.000Z", "START", "model.shop.stopped"),
        ("12:00:07.000Z", "ABORT", "model.shop.stopped"),
        ("12:00:07.000Z", "FAIL", "shop.dev.build"),
    ]
    first, last = events[0], events[-1]
    assert first["run"]["runId"] == last["run"]["runId"] == INVOCATION
    assert first["job"]["namespace"] == "dbt://shop"
    assert first["run"]["facets"]["processing_engine"]["version"] == "1.11.16"
    assert last["run"]["facets"]["errorMessage"]["message"] == "boom"
    failed = events[8]["run"]["facets"]
    assert failed["errorMessage"]["message"] == "boom"
    assert failed["parent"]["run"] == {"runId": INVOCATION}
    assert failed["parent"]["job"] == {"namespace": "dbt://shop", "name": "shop.dev.build"}


def test_what_is_built_is_an_output() -> None:
    by_name = {event["job"]["name"]: event for event in events_of(JOB, "postgres://localhost:5432")}
    (seed,) = by_name["seed.shop.raw"]["outputs"]
    assert (seed["namespace"], seed["name"]) == ("postgres://localhost:5432", "db.sc.raw")
    assert seed["outputFacets"]["outputStatistics"]["rowCount"] == 7
    # A view has no count, a test no dataset.
    assert "outputFacets" not in by_name["model.shop.orders"]["outputs"][0]
    assert by_name["test.shop.unique"]["outputs"] == []


@pytest.mark.parametrize(
    ("status", "kinds"),
    [
        ("RUNNING", ["START"]),
        ("SUCCESS", ["START", "COMPLETE"]),
        ("CANCELLED", ["START", "ABORT"]),
        ("LOST", ["START", "ABORT"]),
    ],
)
def test_a_job_ends_as_it_ended(status: str, kinds: list[str]) -> None:
    events = events_of(job(status, end=None if status == "RUNNING" else 3), "duckdb://x")
    check(events)
    assert [event["eventType"] for event in events] == kinds


def test_the_same_row_gives_the_same_runs() -> None:
    """Sent twice it is one run there, too; and a key that is no UUID still has one of its own."""
    assert events_of(JOB, "x") == events_of(JOB, "x")
    other = job("SUCCESS", step("a", start=1, end=2), end=3, key="nightly-load")
    check(events_of(other, "x"))
    assert events_of(other, "x")[0]["run"]["runId"] != INVOCATION


def test_datasets_are_where_the_warehouse_is() -> None:
    settings = {"host": "db.example", "port": 6543, "account": "acme-prod", "path": "shop.duckdb"}
    profile = Profile("p", "t", "postgres", Path(), "shop", settings, {}, {})
    assert namespace_of(profile) == "postgres://db.example:6543"
    assert namespace_of(replace(profile, adapter="snowflake")) == "snowflake://acme-prod"
    assert namespace_of(replace(profile, adapter="duckdb")) == "duckdb://shop.duckdb"
