"""The recipes as printed, under the real thing: each leaves the rows that the page promises, also
when a model fails and when the scheduler is told to stop. `make test-recipes`.
"""

from __future__ import annotations

import signal
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from integration_tests.functional.docs.schedulers import Scheduler, scheduler_with
from integration_tests.functional.harness.warehouses import Row
from integration_tests.functional.process_execution_log.endless import ENDLESS
from integration_tests.functional.process_execution_log.job_reading import statuses_of

pytestmark = pytest.mark.recipes
AFTER = "-- depends_on: {{ ref('dim_customers') }}\n"
BROKEN = {"models/broken.sql": f"{AFTER}select cast('none' as integer) as n"}
STUCK = {"models/endless.sql": f"{AFTER}{ENDLESS['duckdb']}"}
GOOD = ("stg_jaffle_shop__customers", "stg_jaffle_shop__orders", "dim_customers")
BUILT = dict.fromkeys(GOOD, "SUCCESS")
# The only model of Cosmos' project that has a test.
SCHEMA = {
    "models/schema.yml": yaml.safe_dump(
        {
            "models": [
                {"name": GOOD[2], "columns": [{"name": "customer_id", "data_tests": ["unique"]}]}
            ]
        }
    )
}


def airflow_with(heading: str, folder: Path, files: Mapping[str, str]) -> Scheduler:
    """One that has the page's DAG, and a database of its own."""
    home = folder / "airflow"
    own = {"AIRFLOW_HOME": str(home), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    scheduler = scheduler_with("airflow", folder, files, **own)
    (home / "dags").mkdir(parents=True)
    (home / "dags" / "shop.py").write_text(scheduler.recipe(heading))
    scheduler.run("airflow", "db", "migrate")
    return scheduler


def links_of(row: Row) -> tuple[str, str, str]:
    config = row["process_config_obj"]
    return config["job_key"], config["parent"], config["ci"]["system"]


def end_of(row: Row) -> tuple[str, dict[str, str]]:
    return row["execution_status_name"], statuses_of(row)


def test_airflow(tmp_path: Path) -> None:
    """X46: a try of the task is a row, which says what it belongs to."""
    airflow = airflow_with("Airflow", tmp_path, {})
    dag = ("airflow", "dags", "test", "shop_nightly")
    airflow.run(*dag)
    (row,) = airflow.rows()
    assert end_of(row) == ("SUCCESS", BUILT)
    ci = row["process_config_obj"]["ci"]
    assert ci["run_id"].startswith("manual__")
    assert (ci["attempt"], ci["job"], ci["actor"]) == ("1", "dbt_build", "airflow")
    assert links_of(row) == ("shop_nightly.dbt_build", f"shop_nightly/{ci['run_id']}", "airflow")

    airflow.project.write(BROKEN)
    airflow.run(*dag, succeeds=False)
    _, failed = airflow.rows()
    assert end_of(failed) == ("FAILED", {**BUILT, "broken": "ERROR"})

    airflow.project.write({**STUCK, "models/broken.sql": None})
    airflow.start(*dag).stop_in_the_middle(signal.SIGTERM)
    _, _, stopped = airflow.rows()
    assert end_of(stopped) == ("CANCELLED", {**BUILT, "endless": "CANCELLED"})


def test_cosmos(tmp_path: Path) -> None:
    """X46: a row for each command of dbt, a job for each task, one parent for a run of the DAG."""
    airflow = airflow_with("Cosmos", tmp_path, {**BROKEN, **STUCK, **SCHEMA})
    airflow.run("dbt", "parse")
    dag = airflow.start("airflow", "dags", "test", "shop_by_model")
    dag.stop_in_the_middle(signal.SIGTERM)
    rows = airflow.rows()
    (parent,) = {row["process_config_obj"]["parent"] for row in rows}
    assert parent.startswith("shop_by_model/manual__")
    tasks = {
        f"{GOOD[0]}_run": ("SUCCESS", {GOOD[0]: "SUCCESS"}),
        f"{GOOD[1]}_run": ("SUCCESS", {GOOD[1]: "SUCCESS"}),
        f"{GOOD[2]}.run": ("SUCCESS", {GOOD[2]: "SUCCESS"}),
        f"{GOOD[2]}.test": ("SUCCESS", {f"unique_{GOOD[2]}_customer_id": "SUCCESS"}),
        "broken_run": ("FAILED", {"broken": "ERROR"}),
        "endless_run": ("CANCELLED", {"endless": "CANCELLED"}),
    }
    assert {links_of(row): end_of(row) for row in rows} == {
        (f"shop_by_model.{task}", parent, "airflow"): end for task, end in tasks.items()
    }
    assert len(rows) == len(tasks)

    models = ("--select", "+run_ledger__job_runs", "--vars", "run_ledger_models: true")
    airflow.run("dbt", "run", *models)
    (together,) = airflow.project.query(airflow.recipe("Cosmos", "sql"))
    assert (together["parent"], together["models"], together["not_well"]) == (parent, 3, 2)


def test_dagster(tmp_path: Path) -> None:
    """X46: a run is a row, under the job's and the asset's name."""
    home = tmp_path / "dagster"
    home.mkdir()
    dagster = scheduler_with("dagster", tmp_path, {}, DAGSTER_HOME=str(home))
    dagster.project.write({"definitions.py": dagster.recipe("Dagster")})
    job = ("dagster", "job", "execute", "-f", "definitions.py", "-j", "nightly")
    dagster.run("dbt", "parse")
    dagster.run(*job)
    (row,) = dagster.rows()
    assert end_of(row) == ("SUCCESS", BUILT)
    assert links_of(row) == ("nightly.shop", row["process_config_obj"]["ci"]["run_id"], "dagster")

    dagster.project.write(BROKEN)
    dagster.run("dbt", "parse")
    dagster.run(*job, succeeds=False)
    _, failed = dagster.rows()
    assert end_of(failed) == ("FAILED", {**BUILT, "broken": "ERROR"})

    dagster.project.write({**STUCK, "models/broken.sql": None})
    dagster.run("dbt", "parse")
    dagster.start(*job).stop_in_the_middle(signal.SIGINT)
    _, _, stopped = dagster.rows()
    assert end_of(stopped) == ("CANCELLED", {**BUILT, "endless": "CANCELLED"})
    parents = {row["process_config_obj"]["parent"] for row in dagster.rows()}
    assert len(parents) == 3


def test_a_cancelled_workflow_of_github(tmp_path: Path) -> None:
    """The runner's signal goes to the shell of the step alone, which runs a file of its own."""
    github = scheduler_with("dagster", tmp_path, STUCK, GITHUB_ACTIONS="true", GITHUB_RUN_ID="7")
    (job,) = yaml.safe_load(github.recipe("GitHub Actions", "yaml"))["jobs"].values()
    (command,) = [step["run"] for step in job["steps"] if "dbt build" in step.get("run", "")]
    github.project.write({"step.sh": f"{command}\n"})
    github.start("bash", "-e", "step.sh").stop_in_the_middle(signal.SIGINT)
    (row,) = github.rows()
    assert end_of(row) == ("CANCELLED", {**BUILT, "endless": "CANCELLED"})
    assert row["process_config_obj"]["ci"]["run_id"] == "7"
