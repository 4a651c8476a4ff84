"""What other projects may build on: the semantic package, the exposure, access and contracts, as
both engines parse them."""

from __future__ import annotations

import json
from typing import Any

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.keeper import ROOT
from integration_tests.functional.harness.project import Project

Row = dict[str, Any]
READER = {"models/reader.sql": "select * from {{ ref('run_ledger', 'run_ledger__run_summary') }}"}
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


def metric_names(project: Project, **options: Any) -> set[str]:
    metrics = manifest(project, **options)["metrics"].values()
    return {row["name"].removeprefix("run_ledger_") for row in metrics}


def test_what_other_projects_may_build_on(cell: Cell) -> None:
    """Marts are public, what they are made of is private, and metrics come with a package."""
    settings = {"run_ledger_models": True}
    project = cell.project("two_models", vars=settings, files=READER, artifacts=True)
    found = manifest(project)
    assert found["metrics"] == {}
    (exposure,) = found["exposures"].values()
    assert {name.split(".")[2] for name in exposure["depends_on"]["nodes"]} >= {
        "run_ledger__run_summary", "run_ledger__run_summary_daily", "run_ledger__run_summary_jobs",
    }  # fmt: skip
    check_access(found)
    project.write(INTRUDER)
    refused = project.dbt("parse", expect=None)
    assert refused.exit_code != 0
    assert "run_ledger__run_history" in refused.output
    project.write(dict.fromkeys(INTRUDER))
    add_semantics(project)
    # dbt v2 (preview.196) reads this YAML, says that it uses another one, and keeps no metric.
    is_used = project.engine.name == "core"
    assert metric_names(project) == (METRICS if is_used else set())
    ledgers = {"run_ledger_ledgers": ["process_execution_log", "function_logs"]}
    every = METRICS | FUNCTION_METRICS
    assert metric_names(project, vars=ledgers) == (every if is_used else set())


def check_access(found: Row) -> None:
    models = [node for key, node in found["nodes"].items() if key.startswith("model.run_ledger.")]
    access = {node["name"]: node["config"]["access"] for node in models}
    assert {node["config"]["group"] for node in models} == {"run_ledger"}
    hidden = {name: word for name, word in access.items() if word != "public"}
    assert hidden == {
        "stg_run_ledger__process_execution_log": "protected",
        "run_ledger__recorded_runs": "private",
        "run_ledger__run_history": "private",
    }
    contracts = {node["name"] for node in models if node["config"]["contract"]["enforced"]}
    assert contracts == access.keys() - hidden.keys()
    (summary,) = [node for node in models if node["name"] == "run_ledger__run_summary"]
    assert (summary["version"], summary["latest_version"]) == (1, 1)
