"""What a profile finds: every kind of column on every warehouse, against values worked out here."""

from __future__ import annotations

import json
import math
import os
import statistics
from typing import Any
from zlib import crc32

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.harness.project import Project
from integration_tests.functional.harness.warehouses import Row
from integration_tests.functional.profile_runs.kinds import KINDS, ROWS, check_kinds
from integration_tests.functional.profile_runs.profiles import (
    Metrics,
    create,
    metrics,
    operation,
    profile_each,
    profiled,
    results,
    runs,
)

QUANTILES = {0.05: "p05", 0.25: "p25", 0.5: "median", 0.75: "p75", 0.95: "p95"}
# 1600 is what a table of Postgres can have, and takes a quarter of a minute.
PROCEDURE_COLUMNS = int(os.environ.get("RUN_LEDGER_TEST_PROCEDURE_COLUMNS", "300"))
# As many columns of distinct values as tell how far a sketch is off.
SALTS = 24
TABLES = int(os.environ.get("RUN_LEDGER_TEST_PROFILE_TABLES", "8"))


def test_every_kind_of_column(cell: Cell) -> None:
    """P30, PC9: statistics where they have a meaning and NULL, never an error, where they have none; an
    empty table, a view, names with quotes and braces, a text of 1 MB.
    """
    project = profiled(cell)
    name, schema = cell.warehouse.name, project.space.schema
    columns = KINDS[name].replace("{schema}", schema)
    if name == "postgres":
        project.query(
            f"create domain {schema}.tiny as integer; create domain {schema}.small as {schema}.tiny"
        )
    # DuckDB 1, as in dbt v2, does not even try to make a double of what none can hold.
    digits = "300" if cell.id == "duckdb-v2" else "400"
    kinds = create(project, "kinds", columns, ROWS[name].replace("400", digits))
    empty = create(project, "nobody", columns)
    project.query(
        f"create view {project.name_of('seen')} as select * from {project.name_of('kinds')}"
    )
    seen = [f"{project.space.schema}.seen"] if name != "snowflake" else []
    found = profile_each(project, [kinds, empty, *seen])
    for table in (kinds, *seen):
        check_kinds(cell, found[table])
    # 0 / 0 is no rate.
    assert found[empty][""] == {"row_count": 0, "column_count": len(found[kinds]) - 1}
    assert all("null_rate" not in column for column in found[empty].values())
    assert all(column["null_count"] == 0 for name, column in found[empty].items() if name)


def maybe(values: st.SearchStrategy[object], null_share: int) -> st.SearchStrategy[object]:
    return st.integers(1, 10).flatmap(lambda n: st.none() if n <= null_share else values)


@st.composite
def tables_of_rows(draw: st.DrawFn) -> list[Row]:
    """Rows with nulls, ties, long tails, blanks and negative numbers, of a random size."""
    null_share = draw(st.sampled_from([0, 1, 6, 10]))
    most = draw(st.sampled_from([2, 50, 2**31 - 1]))
    pieces = st.sampled_from(
        ["", " ", "x", "ab", "Straße", "O'Hara", "{x}", "\U0001f600", "\u6f22"]
    )
    tail = st.floats(-1e12, 1e12, allow_subnormal=False).map(lambda each: round(each, 6))
    columns: dict[str, st.SearchStrategy[object]] = {
        "i": maybe(st.integers(-most, most), null_share),
        "f": maybe(st.integers(0, most).map(float) if draw(st.booleans()) else tail, null_share),
        "t": maybe(st.lists(pieces, max_size=4).map("".join), null_share),
        "b": maybe(st.booleans(), null_share),
    }
    size = draw(st.sampled_from([1, 2, 30, 80]))
    return draw(st.lists(st.fixed_dictionaries(columns), min_size=size, max_size=size))


def generated(cell: Cell) -> list[list[Row]]:
    """Made by hypothesis, the same in every run, other ones in every cell."""
    found: list[list[Row]] = []

    @seed(crc32(cell.id.encode()))
    @settings(
        max_examples=TABLES if cell.warehouse.name != "snowflake" else 2,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(tables_of_rows())
    def collect(rows: list[Row]) -> None:
        found.append(rows)

    collect()
    return found


def literal(value: object) -> str:
    if value is None:
        return "null"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value).lower()


def rank_of(values: list[float], value: float) -> tuple[float, float]:
    """The shares of the values that are less, and at most, this one."""
    below = sum(each < value for each in values)
    at_most = sum(each <= value for each in values)
    return below / len(values), at_most / len(values)


def check_numbers(values: list[float], found: dict[str, Any], least_slack: float) -> None:
    numbers = [float(each) for each in values]
    assert float(found["min"]) == pytest.approx(min(numbers))
    assert float(found["max"]) == pytest.approx(max(numbers))
    assert found["mean"] == pytest.approx(statistics.fmean(numbers), rel=1e-9, abs=1e-9)
    assert found["sum"] == pytest.approx(math.fsum(numbers), rel=1e-9, abs=1e-6)
    assert found["std_dev_population"] == pytest.approx(
        statistics.pstdev(numbers), rel=1e-9, abs=1e-9
    )
    if len(numbers) > 1:
        assert found["std_dev_sample"] == pytest.approx(
            statistics.stdev(numbers), rel=1e-9, abs=1e-9
        )
    # Up to 16,384 values nothing is thrown away: what is left is how a value between two is chosen.
    slack = max(1.01 / len(numbers), least_slack)
    ordered = sorted(numbers)
    for share, name in QUANTILES.items():
        below, at_most = rank_of(ordered, found[name])
        assert below - slack <= share <= at_most + slack, (name, found[name])


def check_column(
    name: str, column: list[Any], found: dict[str, Any], is_exact: bool, least_slack: float
) -> None:
    values = [each for each in column if each is not None]
    assert found["null_count"] == len(column) - len(values)
    assert found["null_rate"] == pytest.approx((len(column) - len(values)) / len(column))
    if not values:
        counts = {"null_count", "null_rate", "distinct_count", "duplicate_count", "blank_count"}
        assert not {*found} - counts - {"data_type", "blank_rate", "true_count"}
        return
    distinct = len({*values})
    assert found["distinct_count"] == pytest.approx(distinct, rel=0 if is_exact else 0.4)
    assert found["distinct_rate"] == pytest.approx(found["distinct_count"] / len(values))
    assert found["duplicate_count"] == pytest.approx(len(values) - found["distinct_count"])
    known = {
        float(each) if name in "if" else str(each) if name == "t" else str(each).lower()
        for each in values
    }
    assert {value for value, _ in json.loads(found["top_values"])} <= known
    if name in "if":
        check_numbers(values, found, least_slack)
    if name == "t":
        lengths = [len(each) for each in values]
        assert (found["min_length"], found["max_length"]) == (min(lengths), max(lengths))
        assert found["mean_length"] == pytest.approx(statistics.fmean(lengths))
        assert found["blank_count"] == sum(not each.strip(" ") for each in values)
        ends = sorted(values, key=lambda each: each.encode())
        assert (found["min"], found["max"]) == (ends[0], ends[-1])
    if name == "b":
        assert found["true_count"] == sum(values)


def test_generated_tables(cell: Cell) -> None:
    """P30: equal to exact arithmetic where exact, and within the stated bounds where approximate, on
    tables of random shapes. RUN_LEDGER_TEST_PROFILE_TABLES makes more of them.
    """
    project = profiled(cell)
    kinds = {"duckdb": "double", "postgres": "double precision", "snowflake": "float"}
    columns = f"i integer, f {kinds[cell.warehouse.name]}, t varchar, b boolean"
    tables: dict[str, list[Row]] = {}
    for number, rows in enumerate(generated(cell)):
        text = ", ".join(
            "(" + ", ".join(literal(row[name]) for name in "iftb") + ")" for row in rows
        )
        tables[create(project, f"generated_{number}", columns, f"values {text}")] = rows
    by_method = {False: profile_each(project, [*tables])}
    if cell.warehouse.name == "duckdb":
        by_method[True] = profile_each(project, [*tables], exact=True)
    for found in by_method.values():
        for table, rows in tables.items():
            assert found[table][""]["row_count"] == len(rows)
            for name in rows[0]:
                column = [row[name] for row in rows]
                check_column(
                    name,
                    column,
                    found[table][name],
                    # DuckDB counts exactly what its sample holds whole.
                    cell.warehouse.name != "snowflake",
                    # The emulated sketch of Snowflake is one for quantiles of any number of values.
                    0.02 if cell.warehouse.name == "snowflake" else 0,
                )
    if cell.warehouse.name == "duckdb":
        check_against_summarize(project, by_method[False])


def check_against_summarize(project: Project, found: dict[str, Metrics]) -> None:
    """The same counts, ends, means and deviations as DuckDB's own SUMMARIZE."""
    for table, columns in found.items():
        for row in project.query(f"select * from (summarize {table})"):
            ours = columns[row["column_name"]]
            assert ours["null_rate"] * 100 == pytest.approx(float(row["null_percentage"]), abs=0.01)
            if row["avg"] is not None and row["column_name"] in "if":
                assert ours["mean"] == pytest.approx(float(row["avg"]))
                deviation = pytest.approx(float(row["std"])) if row["std"] else None
                assert ours.get("std_dev_sample") == deviation


SCAN = {"duckdb": "SEQ_SCAN", "postgres": "Seq Scan"}


def test_one_scan_for_any_number_of_columns(cell: Cell) -> None:
    """P30: the plan reads the table once for 1, 10 and 200 columns, and the results are all there."""
    project = profiled(cell)
    tables = {}
    # The emulator takes minutes to rewrite what Snowflake reads at once.
    for width in (3,) if cell.warehouse.name == "snowflake" else (1, 10, 200):
        kinds = [("integer", "1"), ("varchar", "'a'"), ("date", "date '2024-01-01'")]
        columns = ", ".join(f"c{n} {kinds[n % 3][0]}" for n in range(width))
        values = ", ".join(kinds[n % 3][1] for n in range(width))
        tables[create(project, f"wide_{width}", columns, f"select {values}")] = width
    if cell.warehouse.name in SCAN:
        said = operation(project, "print_scans", given=[*tables]).output
        scans = json.loads(said.partition("SCANS ")[2].splitlines()[0])
        for table in tables:
            plan = str(project.query(f"explain (format json) {scans[table]}"))
            assert plan.count(SCAN[cell.warehouse.name]) == 1, plan
    found = profile_each(project, [*tables])
    for table, width in tables.items():
        assert len(found[table]) == width + 1
        assert found[table]["c0"]["null_count"] == 0


@excluded("many columns")
def test_more_columns_than_one_select_may_name(cell: Cell) -> None:
    """P30, P31: 2,000 columns, or the 1,600 that a table of Postgres can have, in one run with all its results."""
    project = profiled(cell)
    width = 1600 if cell.warehouse.name == "postgres" else 2000
    kinds = [("integer", "1"), ("varchar", "'a'"), ("date", "date '2024-01-01'")]
    columns = ", ".join(f"c{n} {kinds[n % 3][0]}" for n in range(width))
    values = ", ".join(kinds[n % 3][1] for n in range(width))
    table = create(project, "wide", columns, f"select {values} union all select {values}")
    arguments = json.dumps({"relation": table})
    project.dbt("run-operation", "run_ledger.profile_table", "--args", arguments, timeout=300)
    found = metrics(project, runs(project)[-1]["run_id"])
    assert (runs(project)[-1]["status"], len(found)) == ("SUCCEEDED", width + 1)
    check_wide(found, width)
    if cell.warehouse.name == "postgres":
        # The procedure takes one scan whatever the width, and some of it costs the square of that.
        called = ", ".join(columns.split(", ")[:PROCEDURE_COLUMNS])
        project.query(f"create table {project.name_of('called')} ({called})")
        at = project.space
        project.query(
            f"call {at.ledger_schema}.profile_table('{at.database}', '{at.schema}', 'called')"
        )
        found = metrics(project, runs(project)[-1]["run_id"])
        assert found[""] == {"row_count": 0, "column_count": min(width, PROCEDURE_COLUMNS)}
        assert len(found) == min(width, PROCEDURE_COLUMNS) + 1


def check_wide(found: Metrics, width: int) -> None:
    assert found[""] == {"row_count": 2, "column_count": width}
    for n in range(width):
        of_column = found[f"c{n}"]
        assert (of_column["null_count"], of_column["duplicate_count"]) == (0, 1)
        assert of_column["min"] == ("1", "a", "2024-01-01 00:00:00.000")[n % 3]


@excluded("sketches")
def test_estimates_of_a_large_table(cell: Cell) -> None:
    """P30: from 100,000 rows on DuckDB estimates, marked as such and within the stated bounds."""
    project = profiled(cell)
    rows = 300_000
    salted = ", ".join(f"hash(i + {rows * n}) as salted_{n}" for n in range(SALTS))
    project.query(
        f"create table {project.name_of('large')} as select i as id, i % 1000 as few, "
        f"case when i % 10 < 3 then 'often' else 'rare ' || i end as word, {salted} from range({rows}) as r(i)"
    )
    # A column of this name hides the number of the row, by which samples are taken.
    project.query(
        f"create table {project.name_of('numbered')} as select 7 as rowid, i from range(200000) as r(i)"
    )
    name, numbered = (f"{project.space.schema}.{table}" for table in ("large", "numbered"))
    of_both = profile_each(project, [name, numbered])
    found = of_both[name]
    assert of_both[numbered]["rowid"]["median"] == 7
    assert of_both[numbered]["i"]["median"] == pytest.approx(100_000, rel=0.02)
    errors = [found[f"salted_{n}"]["distinct_count"] / rows - 1 for n in range(SALTS)]
    # The sketch of DuckDB 2.0, which dbt-core has here, is finer than that of 1.5 in dbt v2.
    bound = {"core": 0.05, "v2": 0.2}[cell.engine.name]
    assert 0 < statistics.fmean(error**2 for error in errors) ** 0.5 < bound
    assert found["id"]["distinct_count"] == pytest.approx(rows, rel=3 * bound)
    assert found["few"]["distinct_count"] == pytest.approx(1000, rel=3 * bound)
    for share, metric in QUANTILES.items():
        assert found["id"][metric] / rows == pytest.approx(share, abs=0.02)
    assert found["id"]["mean"] == (rows - 1) / 2
    value, share = json.loads(found["word"]["top_values"])[0]
    assert value == "often"
    assert share == pytest.approx(30, abs=2)
    marked = {row["metric_name"]: row["is_approx"] for row in results(project)}
    assert marked["distinct_count"]
    assert marked["median"]
    assert not marked["mean"]
