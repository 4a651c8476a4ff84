"""The metrics of the package `semantics` as the SQL that they stand for, and what it answers."""

from __future__ import annotations

from typing import Any

import yaml

from integration_tests.functional.harness.keeper import ROOT
from integration_tests.functional.harness.project import Project

Row = dict[str, Any]
PREFIX = "run_ledger_"


def document() -> Row:
    text = (ROOT / "semantics" / "models" / "run_ledger_semantics.yml").read_text()
    found: Row = yaml.safe_load(text)
    return found


def sql_of(measure: Row) -> str:
    """As MetricFlow renders an aggregation on each of the three warehouses."""
    expression = measure["expr"]
    if measure["agg"] in ("sum", "max"):
        return f"{measure['agg']}({expression})"
    share = 0.5
    if measure["agg"] == "percentile":
        share = measure["agg_params"]["percentile"]
        assert not measure["agg_params"]["use_discrete_percentile"]
        assert not measure["agg_params"]["use_approximate_percentile"]
    else:
        assert measure["agg"] == "median"
    return f"percentile_cont({share}) within group (order by {expression})"


def values(project: Project, *semantic_models: str) -> dict[str, float | None]:
    """Every metric over these semantic models, each without its prefix."""
    read = document()
    measured: Row = {}
    for model in read["semantic_models"]:
        if model["name"].removeprefix(PREFIX) not in semantic_models:
            continue
        table = model["model"].split("'")[-2].removeprefix("run_ledger__")
        columns = ", ".join(f"{sql_of(each)} as {each['name']}" for each in model["measures"])
        (answer,) = project.query(f"select {columns} from {project.name_of(table)}")
        measured |= {
            name: None if value is None else float(value) for name, value in answer.items()
        }
    found: Row = {}
    for metric in read["metrics"]:
        params, name = metric["type_params"], metric["name"].removeprefix(PREFIX)
        if metric["type"] == "ratio":
            parts = [params[part].removeprefix(PREFIX) for part in ("numerator", "denominator")]
            if {*parts} <= {*found}:
                found[name] = found[parts[0]] / found[parts[1]]
        elif params["measure"] in measured:
            assert metric["type"] == "simple"
            found[name] = measured[params["measure"]]
    return found
