"""What other projects may build on: the semantic package, the exposure, access and contracts, as
both engines parse them."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from dbt_run_ledger.report.collect import QUERIES
from integration_tests.functional.docs.pages import PAGES, blocks
from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.keeper import ROOT
from integration_tests.functional.harness.project import Project

Row = dict[str, Any]
LEDGERS = [
    "process_execution_log",
    "profile_runs",
    "ingestion_runs",
    "function_logs",
    "processing_logs",
]
MODEL = re.compile(r"\b(?:stg_)?run_ledger__\w+")
READER = {
    "models/reader.sql": "select * from {{ ref('run_ledger', 'run_ledger__run_summary') }}",
    "models/of_version_1.sql": "select * from {{ ref('run_ledger', 'run_ledger__run_summary', v=1) }}",
}
INTRUDER = {"models/intruder.sql": "select * from {{ ref('run_ledger__run_history') }}"}
METRICS = {
    "runs", "judged_runs", "succeeded_runs", "success_rate", "failures", "lost_runs",
    "median_duration_seconds", "p95_duration_seconds", "p95_queue_seconds", "failed_things",
    "late_jobs", "lateness_seconds", "failing_jobs", "recovery_seconds",
}  # fmt: skip
FUNCTION_METRICS = {
    "function_invocations", "function_errors", "function_error_rate", "function_sla_violations",
    "function_sla_violation_rate",
}  # fmt: skip


def add_semantics(project: Project) -> None:
    """The second package, as `dbt deps` leaves it."""
    listed = [{"local": str(ROOT)}, {"local": str(ROOT / "semantics")}]
    names = ["run_ledger", "run_ledger_semantics"]
    lock = [{**package, "name": name} for package, name in zip(listed, names, strict=True)]
    packages = json.dumps({"packages": listed})
    project.write({"packages.yml": packages, "package-lock.yml": json.dumps({"packages": lock})})
    (project.folder / "dbt_packages" / "run_ledger_semantics").symlink_to(ROOT / "semantics")


def manifest(project: Project, **options: Any) -> Row:
    project.dbt("parse", **options)
    text = (project.folder / "target" / "manifest.json").read_text()
    found: Row = json.loads(text)
    return found


def models_of(found: Row) -> list[Row]:
    return [node for key, node in found["nodes"].items() if key.startswith("model.run_ledger.")]


def names_of_metrics(found: Row) -> set[str]:
    """All of them are of the package that is made for them."""
    assert {row["package_name"] for row in found["metrics"].values()} <= {"run_ledger_semantics"}
    return {row["name"].removeprefix("run_ledger_") for row in found["metrics"].values()}


def test_what_other_projects_may_build_on(cell: Cell) -> None:
    """Marts are public, what they are made of is not, and metrics come with a package."""
    settings = {"run_ledger_models": True, "run_ledger_ledgers": LEDGERS}
    project = cell.project("two_models", vars=settings, files=READER, artifacts=True)
    add_semantics(project)
    found = manifest(project)
    # dbt v2 (preview.196) reads this YAML, says that it uses another one, and keeps no metric.
    is_used = project.engine.name == "core"
    assert names_of_metrics(found) == (METRICS | FUNCTION_METRICS if is_used else set())
    models = models_of(found)
    check_exposures(found)
    check_access(models)
    check_contracts([node for node in models if node["config"]["access"] == "public"])
    check_pages({node["name"] for node in models if node["config"]["access"] != "public"})
    project.write(INTRUDER)
    refused = project.dbt("parse", expect=None)
    assert refused.exit_code != 0
    assert "run_ledger__run_history" in refused.output
    project.write(dict.fromkeys(INTRUDER))
    # A project may do without contracts.
    settings = yaml.safe_load((project.folder / "dbt_project.yml").read_text())
    settings["models"] = {"run_ledger": {"+contract": {"enforced": False}}}
    project.write({"dbt_project.yml": yaml.safe_dump(settings)})
    found = manifest(project, vars={"run_ledger_ledgers": LEDGERS[:1]})
    assert names_of_metrics(found) == (METRICS if is_used else set())
    assert [row["name"] for row in found["exposures"].values()] == ["run_ledger_report"]
    contracts = [row["config"]["contract"]["enforced"] for row in models_of(found)]
    assert contracts == [False] * len(contracts)


def check_exposures(found: Row) -> None:
    """One for each ledger, of what the report reads of it."""
    exposed: dict[str, set[str]] = {}
    for row in found["exposures"].values():
        nodes = [found["nodes"][key] for key in row["depends_on"]["nodes"]]
        ledger = row["name"].removeprefix("run_ledger_report").removeprefix("_")
        exposed[ledger] = {node["alias"] for node in nodes}
    read: dict[str, set[str]] = {}
    for query in QUERIES.values():
        read.setdefault(query.ledger, set()).add(query.model)
    assert exposed == read


def check_access(models: list[Row]) -> None:
    assert {node["config"]["group"] for node in models} == {"run_ledger"}
    access = {node["name"]: node["config"]["access"] for node in models}
    staging = {path.stem for path in (ROOT / "models" / "staging").glob("*.sql")}
    assert len(staging) == 11
    assert {name: word for name, word in access.items() if word != "public"} == {
        **dict.fromkeys(staging, "protected"),
        "run_ledger__recorded_runs": "private",
        "run_ledger__run_history": "private",
        "run_ledger__hourly_function_sketch": "private",
    }


def check_contracts(public: list[Row]) -> None:
    """Whoever builds on a model can count on its columns: dbt compares each, by name and type, in
    every build, so that the tests of each subject hold them on every warehouse."""
    assert len(public) == 36
    assert [row["name"] for row in public if not row["config"]["contract"]["enforced"]] == []
    wanting = [
        f"{row['name']}.{column['name']}"
        for row in public
        for column in row["columns"].values()
        # On Snowflake timestamp alone is what a session says it is.
        if not column.get("description") or column.get("data_type") in (None, "", "timestamp")
    ]
    assert wanting == []
    (summary,) = [row for row in public if row["name"] == "run_ledger__run_summary"]
    assert (summary["version"], summary["latest_version"]) == (1, 1)


def check_pages(hidden: set[str]) -> None:
    """The pages tell of what is public alone where they show what to read: in the tables of models,
    and in what is there to be copied."""
    for page in PAGES:
        shown = [line for line in page.read_text("utf-8").splitlines() if line.startswith("|")]
        shown += [each.text for each in blocks(page)]
        named = {name for text in shown for name in MODEL.findall(text)}
        assert named & hidden == set(), page
