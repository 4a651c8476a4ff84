"""A column of every kind that a warehouse has, some rows of it, and what a profile says of them."""

from __future__ import annotations

from typing import Any

import pytest

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.profile_runs.profiles import Metrics

KINDS = {
    "duckdb": """
        num integer, big hugeint, price decimal(10, 2), ratio double, label varchar, "Mixed ""Case{x}" varchar,
        flag boolean, day date, moment timestamp, zoned timestamptz, clock time, span interval, octets blob,
        nothing integer, doc json, part struct(x integer), items integer[], pairs map(varchar, integer), id uuid,
        e enum('it''s, high', 'low'), vast bignum""",
    "postgres": """
        num integer, big numeric, price numeric(10, 2), ratio double precision, label text, "Mixed ""Case{x}" varchar(20),
        flag boolean, day date, moment timestamp, zoned timestamptz, clock time, span interval, octets bytea,
        nothing integer, doc jsonb, part tsvector, items integer[], pairs point, id uuid, e {schema}.small, vast numeric""",  # noqa: E501 - one row a line
    "snowflake": """
        num integer, ratio float, "Mixed ""Case{x}" varchar, flag boolean, moment timestamp_ntz,
        clock time, octets binary, doc variant""",
}
ROWS = {
    "duckdb": """values
        (1, 170141183460469231731687303715884105727, 1.50, 'NaN', 'a', 'x', true, '2024-01-01', '2024-01-01 10:00', '2024-01-01 10:00+00',
         '10:00', interval 1 day, 'ab', null, '{"a": 1}', {'x': 1}, [1], map {'a': 1}, '00000000-0000-0000-0000-000000000001', 'low', cast(repeat('9', 400) as bignum)),
        (2, 5, 2.50, 1e300, '', 'x', false, 'infinity', '2024-01-03 10:00', null, '11:00', null, 'abcd', null, '[]', null, [], null, null, null, null),
        (null, 5, null, 2.0, '  ', 'y', true, '9999-12-31', null, null, null, null, null, null, null, null, null, null, null, null, null),
        (4, 5, 4.00, 4.0, repeat('z', 1000000), null, true, '2024-01-05', '2024-01-05 10:00', null, null, null, null, null, null, null, null, null, null, null, null)""",  # noqa: E501 - one row a line
    "postgres": """values
        (1, 1e200, 1.50, 'NaN', 'a', 'x', true, date '2024-01-01', timestamp '2024-01-01 10:00', timestamptz '2024-01-01 10:00+00', time '10:00',
         interval '1 day', cast('ab' as bytea), null, jsonb '{"a": 1}', cast('a' as tsvector), array[1], point(1, 1), cast('00000000-0000-0000-0000-000000000001' as uuid), 9, cast(repeat('9', 400) as numeric)),
        (2, 5, 2.50, 1e300, '', 'x', false, 'infinity', '2024-01-03 10:00', null, '11:00', null, 'abcd', null, '[]', null, '{}', null, null, 10, null),
        (null, 5, null, 2.0, '  ', 'y', true, '9999-12-31', null, null, null, null, null, null, null, null, null, null, null, null, null),
        (4, 5, 4.00, 4.0, repeat('z', 1000000), null, true, '2024-01-05', '2024-01-05 10:00', null, null, null, null, null, null, null, null, null, null, null, null)""",  # noqa: E501 - one row a line
    "snowflake": """
        select 1, 1e300, 'x', true, '2024-01-01 10:00'::timestamp_ntz, '10:00'::time, to_binary('6162', 'hex'),
          parse_json('{"a": 1}')
        union all select 2, 2.0, 'x', false, '2024-01-03 10:00', '11:00', to_binary('61626364', 'hex'), parse_json('[]')
        union all select null, 4.0, 'y', true, null, null, null, null
        union all select 4, null, null, true, '2024-01-05 10:00', null, null, null""",
}
# The same on every warehouse: what a metric is not named for, a column does not have.
EXPECTED: dict[str, dict[str, Any]] = {
    "": {"row_count": 4},
    "num": {
        "null_count": 1,
        "null_rate": 0.25,
        "min": "1",
        "max": "4",
        "sum": 7,
        "distinct_count": 3,
        "duplicate_count": 0,
    },
    "big": {"null_count": 0, "duplicate_count": 2},
    "price": {"null_rate": 0.25, "min": "1.50", "max": "4.00"},
    # Neither NaN nor 1e300 can be summed, and both are values.
    "ratio": {"null_count": 0, "mean": 3, "std_dev_population": 1, "sum": 6},
    "label": {
        "blank_count": 2,
        "blank_rate": 0.5,
        "min": "",
        "max": "z" * 200,
        "min_length": 0,
        "max_length": 1_000_000,
    },
    'mixed "case{x}': {"null_count": 1, "min": "x", "max": "y", "mean_length": 1},
    "flag": {"true_count": 3, "min": "false", "max": "true", "distinct_count": 2},
    "day": {"min": "2024-01-01 00:00:00.000", "max": "9999-12-31 00:00:00.000"},
    "moment": {"min": "2024-01-01 10:00:00.000", "max": "2024-01-05 10:00:00.000", "null_count": 1},
    "zoned": {"min": "2024-01-01 10:00:00.000", "null_count": 3},
    "clock": {"min": "10:00:00", "max": "11:00:00"},
    "octets": {"min_length": 2, "max_length": 4, "mean_length": 3, "null_count": 2},
    "nothing": {"null_count": 4, "null_rate": 1},
    "doc": {"null_count": 2},
    "items": {"null_count": 2},
    "part": {"null_count": 3},
    "pairs": {"null_count": 3},
    "span": {"null_count": 3},
    "id": {"null_count": 3},
    "vast": {"null_count": 3, "min": "9" * 200, "duplicate_count": 0},
    # On DuckDB a name that a lambda might take for its own, and values in the name of the type.
    "e": {"data_type": "ENUM()", "min": "low", "max": "low"},
}
# A domain over a domain over a number is one: as texts, 10 would be less than 9.
SMALL = {"min": "9", "max": "10", "mean": 9.5}
WITHOUT_VALUES = ("doc", "items", "part", "pairs", "nothing", "octets", "span")


def check_kinds(cell: Cell, found: Metrics) -> None:
    own = {**EXPECTED}
    if cell.warehouse.name == "snowflake":
        # One column for each family: the emulator takes seconds to rewrite each.
        own = {name: of for name, of in own.items() if name in found}
        own["ratio"] = {**own["ratio"], "null_count": 1}
        assert len(own) == 9
    elif cell.warehouse.name == "postgres":
        own["e"] = SMALL
    assert {*found} == {*own}
    for column, expected in own.items():
        got = {name: found[column].get(name) for name in expected}
        assert got == pytest.approx(expected), column
    for column in WITHOUT_VALUES:
        if column in own:
            assert not {*found[column]} & {"min", "max", "mean", "median", "top_values"}, column
    if cell.warehouse.name == "postgres":
        assert found["items"]["data_type"] == "integer[]"
        assert found["big"]["max"].startswith("1000000")
        assert found["num"]["is_unique"] == 1
        assert found["label"]["is_unique"] == 1
        assert found["flag"]["is_unique"] == 0
    if cell.warehouse.name == "duckdb":
        assert found["big"]["max"] == "170141183460469231731687303715884105727"
