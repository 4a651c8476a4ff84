"""The report reads models by names of columns: each of them is in the model's yml, and so built."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import datetime
from pathlib import Path

import yaml

from dbt_run_ledger.report.collect import MOST_JOBS, QUERIES, Query, collect
from dbt_run_ledger.warehouses import Session
from dbt_run_ledger.warehouses.profiles import Profile

ROOT = Path(__file__).resolve().parents[4]


def documented() -> dict[str, set[str]]:
    """Name of each model in the warehouse -> its columns."""
    found = {}
    for file in (ROOT / "models").rglob("_*__models.yml"):
        for model in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]:
            columns = {column["name"] for column in model.get("columns", [])}
            found[model["name"]] = columns
            source = file.parent / f"{model['name']}.sql"
            alias = re.search(r"alias='(\w+)'", source.read_text()) if source.exists() else None
            name = (model.get("config") or {}).get("alias") or (alias and alias[1])
            if name:
                found[name] = columns
    return found


def columns_of(query: Query) -> set[str]:
    selected = query.sql.removeprefix("select ").split(" from {0}")[0]
    names = {part.strip() for part in re.sub(r"\S+\([^)]*\) as \w+", "", selected).split(",")}
    return (names - {""}) | set(re.findall(r"where (\w+)", query.sql))


def test_every_column_that_is_read_is_one_of_the_models() -> None:
    models = documented()
    unknown = {
        name: columns_of(query) - models[query.model]
        for name, query in QUERIES.items()
        if columns_of(query) - models[query.model]
    }
    assert unknown == {}
    assert len(columns_of(QUERIES["runs"])) == 15


def test_one_job_is_found_behind_ten_thousand_others(tmp_path: Path) -> None:
    """Its runs, and what is said of it as a whole."""
    quoting = dict.fromkeys(("database", "schema", "identifier"), False)
    session = Session(
        Profile("p", "dev", "duckdb", tmp_path, "shop", {"path": ":memory:"}, {}, quoting)
    )
    most = {"runs": MOST_JOBS, "standing": QUERIES["standing"].limit}
    with closing(session.warehouse):
        for name, limit in most.items():
            columns = sorted(columns_of(QUERIES[name]) - {"job_key", "recorded_at", "ledger"})
            session.warehouse.execute(
                f"create table {QUERIES[name].model} as "
                "select case when i = 0 then 'rare' else 'often' end as job_key,"
                " timestamp '2026-11-01' + interval (i) minute as recorded_at, 'x' as ledger,"
                f" {', '.join(f'null as {column}' for column in columns)} from range({limit + 1}) as r(i)"
            )
        since = datetime.fromisoformat("2026-10-01")
        found = {key: collect(session, since, job_key=key) for key in ("rare", "often", None)}
    for name, limit in most.items():
        rows = {key: getattr(each, name) for key, each in found.items()}
        counts = {key: len(each) for key, each in rows.items() if isinstance(each, list)}
        assert counts == {"rare": 1, "often": limit, None: limit}
