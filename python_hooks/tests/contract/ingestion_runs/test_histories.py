"""Random histories against an oracle of ten lines, and chains and tables that have grown."""

from __future__ import annotations

import os
import random
import time

import pytest

from dbt_run_ledger.ingestion_runs import (
    CountsError,
    IngestionRuns,
    MoveRefusedError,
    NotRunningError,
    RerunRefusedError,
)
from tests.contract.ingestion_runs.ledgers import KIND, OFFICIAL, Ledger

# Histories and events in each; the warehouses run fewer by default, and all with RUN_LEDGER_STRESS=1.
ALL = 1_000
HISTORIES = {"memory": ALL, "postgres": 60, "duckdb": 12, "snowflake": 2}
EVENTS = 12
COUNTS = {"partial": {"success": 1, "failed": 1}, "failed": {"failed": 1}}
ENDS = ("succeeded", "failed", "partial", "cancelled")
VERBS = dict(
    zip(("running", *ENDS), ("running", "succeed", "fail", "partial", "cancel"), strict=True)
)
REFUSALS = (MoveRefusedError, RerunRefusedError, NotRunningError)


class Oracle:
    """What the document says: queued, running, ended, once; what has not succeeded runs again."""

    def __init__(self) -> None:
        self.status = {"first": "queued"}
        self.parent: dict[str, str] = {}

    def allows(self, run: str, asked: str) -> bool:
        allowed = {"queued": ("running", "cancelled"), "running": ENDS}
        return asked in allowed.get(self.status[run], ())

    def move(self, run: str, asked: str) -> bool:
        is_allowed = self.allows(run, asked)
        self.status[run] = asked if is_allowed else self.status[run]
        return is_allowed

    def rerun(self, run: str, again: str) -> bool:
        children = [child for child, parent in self.parent.items() if parent == run]
        active = [child for child in children if self.status[child] in ("queued", "running")]
        is_allowed = self.status[run] in ("failed", "partial", "cancelled") and not active
        if is_allowed:
            self.status[again], self.parent[again] = "queued", run
        return is_allowed


def play(runs: IngestionRuns, chance: random.Random) -> None:
    """One history: each answer is the oracle's, and at its end each run and its audit is."""
    oracle, ids = Oracle(), {"first": runs.queue(KIND, **OFFICIAL).run_id}
    keys: dict[str, list[str]] = {"first": []}
    for number in range(EVENTS):
        name = chance.choice(list(ids))
        what = chance.choice([*VERBS, "again", "progress"])
        try:
            if what == "again":
                made = runs.rerun(ids[name]).run_id
                ids[f"run{number}"], keys[f"run{number}"] = made, []
            elif what == "progress":
                runs.progress(ids[name], target=2)
            else:
                key = f"e{number}"
                getattr(runs, VERBS[what])(ids[name], COUNTS.get(what), event_key=key)
                # Delivered twice.
                getattr(runs, VERBS[what])(ids[name], COUNTS.get(what), event_key=key)
                keys[name].append(key)
            is_accepted = True
        except REFUSALS:
            is_accepted = False
        except CountsError:
            # The target that progress has told makes an end with other counts wrong; a move that
            # is not allowed is refused as one, whatever its counts.
            assert oracle.allows(name, what)
            continue
        if what == "again":
            expected = oracle.rerun(name, f"run{number}")
        elif what == "progress":
            expected = oracle.status[name] == "running"
        else:
            expected = oracle.move(name, what)
        assert is_accepted == expected, (what, name, oracle.status)
    check(runs, oracle, ids, keys)


def check(
    runs: IngestionRuns, oracle: Oracle, ids: dict[str, str], keys: dict[str, list[str]]
) -> None:
    for name, run_id in ids.items():
        run = runs.get(run_id)
        assert run.status == oracle.status[name]
        parent = oracle.parent.get(name)
        assert run.parent_run_id == (ids[parent] if parent else None)
        moves = runs.transitions(run_id)
        assert list(dict.fromkeys(each.event_key for each in moves)) == keys[name]
        assert [each.to_status for each in moves][-1:] == ([run.status] if moves else [])
        # I27, I28, I29
        assert (run.started_at is None) == (run.status == "queued")
        assert (run.finished_at is not None) == run.is_terminal
        times = [each for each in (run.created_at, run.started_at, run.finished_at) if each]
        assert times == sorted(times)


def test_random_histories(ledger: Ledger) -> None:
    """I21-I29, I40-I44, I46, bars: 1,000 histories in memory, a share of them on each warehouse."""
    number = ALL if os.environ.get("RUN_LEDGER_STRESS") else HISTORIES[ledger.name]
    with ledger.runs() as runs:
        for seed in range(number):
            play(runs, random.Random(seed))  # noqa: S311 - a history that can be played again


LENGTH = 1_000
CHAIN_SECONDS = 0.05
# Other work on the machine adds to a time, so one that is short enough is waited for.
PATIENCE_SECONDS = 30


def test_a_chain_of_a_thousand(ledger: Ledger) -> None:
    """I45, bars: resolved to its root in under 50 ms, once at least."""
    if ledger.name not in ("postgres", "duckdb"):
        pytest.skip("what memory and the emulator take says nothing about a warehouse")
    ids = [f"00000000-0000-4000-9000-{number:012d}" for number in range(LENGTH)]
    rows = [
        f"({_id(run_id)}, 'official_ingestion', 'manual', 'failed', {_targets(ledger)},"
        f" {_id(parent)}, {_now(ledger)}, {_now(ledger)}, 'chain', {_now(ledger)})"
        for run_id, parent in zip(ids, [None, *ids[:-1]], strict=True)
    ]
    columns = (
        "run_id, run_kind, mode, status, target_types, parent_run_id, started_at, finished_at,"
        " trace_id, created_at"
    )
    off = "set session_replication_role = replica;" if ledger.name == "postgres" else ""
    source = f"values {', '.join(rows)}"
    ledger.raw(f"{off} insert into {{runs}} ({columns}) {source}")
    with ledger.runs() as runs:
        took: list[float] = []
        deadline = time.monotonic() + PATIENCE_SECONDS
        while min(took, default=1.0) >= CHAIN_SECONDS and time.monotonic() < deadline:
            started = time.perf_counter()
            assert runs.root(ids[-1]).run_id == ids[0]
            took.append(time.perf_counter() - started)
        assert [run.run_id for run in runs.chain(ids[-1])] == ids
        assert min(took) < CHAIN_SECONDS, took


def _id(run_id: str | None) -> str:
    if run_id is None:
        return "null"
    return f"cast('{run_id}' as uuid)"


def _targets(ledger: Ledger) -> str:
    return "array['official']" if ledger.name == "postgres" else "['official']"


def _now(ledger: Ledger) -> str:
    moment = "'2026-01-01 00:00:00'"
    return moment if ledger.name == "postgres" else f"cast({moment} as timestamp)"


MILLION = """
    insert into {runs} (run_id, run_kind, mode, status, target_types, started_at, finished_at,
        trace_id, created_at)
    select md5(n::text)::uuid, 'official_ingestion', 'manual',
        case when n % 1000 = 0 then 'running' when n % 100 = 0 then 'failed' else 'succeeded' end,
        array['official'], moment, case when n % 1000 > 0 then moment + interval '1 minute' end,
        'million-' || n, moment
    from (select n, timestamptz '2020-01-01 00:00+00' + n * interval '1 minute' as moment
        from generate_series(1, 1000000) as n) as numbered"""
# How the admin screen and the log search ask, and the index that has to answer.
QUESTIONS = {
    "idx_ingestion_runs_status_created":
        "select * from {runs} where status = 'failed' order by created_at desc limit 50",
    "idx_ingestion_runs_started_at":
        "select * from {runs} where started_at is not null order by started_at desc limit 50",
    "idx_ingestion_runs_trace_id": "select * from {runs} where trace_id = 'million-4711'",
}  # fmt: skip


@pytest.mark.slow
def test_a_million_rows_are_found_by_index(postgres_of_its_own: Ledger) -> None:
    """I18-I20, bars: the plan of each of the three names its index, and no plan reads the table."""
    ledger = postgres_of_its_own
    # Filled as a restore fills it: the indexes are built afterwards, by their own definitions.
    indexes = ledger.rows(
        "select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition"
        " from pg_index where indrelid = '{runs}'::regclass and not indisprimary"
    )
    ledger.raw(
        "set statement_timeout = 0; set session_replication_role = replica;"
        " set maintenance_work_mem = '256MB';"
        + "".join(f" drop index {each['name']};" for each in indexes)
        + MILLION
        + "".join(f"; {each['definition']}" for each in indexes)
        + "; analyze {runs}"
    )
    (counted,) = ledger.rows("select count(*) as number from {runs}")
    assert counted["number"] == 1_000_000
    for index, question in QUESTIONS.items():
        (explained,) = ledger.rows(f"explain (format json) {question}")
        plan = str(next(iter(explained.values())))
        assert index in plan, plan
        assert "Seq Scan" not in plan
    with ledger.runs() as runs:
        assert [run.status for run in runs.history(trace_id="million-4711")] == ["succeeded"]
