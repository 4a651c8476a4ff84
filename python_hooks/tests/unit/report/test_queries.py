"""The report reads models by names of columns: each of them is in the model's yml, and so built."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from dbt_run_ledger.report.collect import QUERIES, Query

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
