"""What the record says about the run around it: how dbt was called, from which code, by whom."""

from __future__ import annotations

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded
from integration_tests.functional.process_execution_log.job_reading import job_of

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_RUN_ID": "77",
    "GITHUB_RUN_ATTEMPT": "2",
    "GITHUB_JOB": "nightly",
    "GITHUB_ACTOR": "mona",
    "GITHUB_EVENT_NAME": "schedule",
    "GITHUB_SHA": "a" * 40,
    "GITHUB_REF_NAME": "main",
}


GITHUB_FACTS: dict[str, str | None] = {
    "run_id": "77",
    "attempt": "2",
    "job": "nightly",
    "actor": "mona",
    "reason": "schedule",
}
SELECTION = ("--select", "stg_jaffle_shop__orders", "--exclude", "dim_customers")


def test_the_row_tells_how_dbt_was_run(cell: Cell) -> None:
    """X18, X46: versions, selection, the names of vars and never their values, git and CI."""
    project = cell.project("three_models", vars={"colour": "in the project"})
    given = {"secret_value": "hunter2", "another": 1}
    result = project.dbt("run", *SELECTION, vars=given, env=GITHUB)
    (row,) = project.ledger()
    facts = row["process_config_obj"]
    key = facts["job_key"]
    user = {"postgres": "postgres", "snowflake": "fake"}.get(cell.warehouse.name)
    picked = {"core": "{}", "v2": "fqn:{}"}[cell.engine.name]
    assert {**facts, "clock_offset_ms": 0} == {
        "invocation_id": result.invocation_id,
        "project_name": "three_models",
        "target_name": "dev",
        "command": "run",
        "selection": {
            "select": [picked.format("stg_jaffle_shop__orders")],
            "exclude": [picked.format("dim_customers")],
            "selector": [],
            "full_refresh": False,
            "var_names": ["another", "secret_value"],
        },
        "job_key": key,
        "parent": None,
        "user_name": user,
        "dbt_version": {"core": "1.11.16", "v2": "2.0.0"}[cell.engine.name],
        "adapter_type": cell.warehouse.name,
        "package_version": "0.1.0",
        "lease_minutes": 1440,
        "clock_offset_ms": 0,
        "git": {"sha": "a" * 40, "branch": "main"},
        "ci": {"system": "github", **GITHUB_FACTS},
    }
    assert 0 <= facts["clock_offset_ms"] < 10_000
    assert key.startswith("three_models:dev:run:")
    assert "hunter2" not in str(row)


def test_the_key_and_the_parent_that_somebody_gives(cell: Cell) -> None:
    """X46: from the environment of an orchestrator, and from settings, which count more."""
    project = cell.project("three_models")
    env = {"RUN_LEDGER_JOB_KEY": "from the environment", "RUN_LEDGER_PARENT": "dag 1"}
    project.dbt("run", *SELECTION, "--full-refresh", env=env)
    settings = {"run_ledger_job_key": "from a setting", "run_ledger_parent": "dag 2"}
    project.dbt("run", *SELECTION, vars=settings, env=env)
    by_env, by_setting = [row["process_config_obj"] for row in project.ledger()]
    assert (by_env["job_key"], by_env["parent"]) == ("from the environment", "dag 1")
    assert by_env["selection"]["full_refresh"] is True
    assert (by_env["git"], by_env["ci"]) == ({"sha": None, "branch": None}, {})
    assert (by_setting["job_key"], by_setting["parent"]) == ("from a setting", "dag 2")
    assert by_setting["selection"]["var_names"] == ["run_ledger_job_key", "run_ledger_parent"]


# System -> (environment, git, ci).
CI_SYSTEMS: dict[str, tuple[dict[str, str], dict[str, str], dict[str, str | None]]] = {
    "github": (
        # A pull request: GITHUB_REF_NAME is 5/merge, the branch is elsewhere.
        {**GITHUB, "GITHUB_REF_NAME": "5/merge", "GITHUB_HEAD_REF": "feature"},
        {"sha": "a" * 40, "branch": "feature"},
        GITHUB_FACTS,
    ),
    "gitlab": (
        {
            "GITLAB_CI": "true",
            "CI_PIPELINE_ID": "10",
            "CI_JOB_ID": "11",
            "CI_JOB_NAME": "dbt",
            "GITLAB_USER_LOGIN": "tanuki",
            "CI_PIPELINE_SOURCE": "push",
            "CI_COMMIT_SHA": "b" * 40,
            "CI_COMMIT_REF_NAME": "develop",
        },
        {"sha": "b" * 40, "branch": "develop"},
        {"run_id": "10", "attempt": "11", "job": "dbt", "actor": "tanuki", "reason": "push"},
    ),
    "azure": (
        {
            "TF_BUILD": "True",
            "BUILD_BUILDID": "20",
            "SYSTEM_JOBATTEMPT": "1",
            "SYSTEM_DEFINITIONNAME": "warehouse",
            "BUILD_REQUESTEDFOR": "Bit",
            "BUILD_REASON": "Manual",
            "BUILD_SOURCEVERSION": "c" * 40,
            "BUILD_SOURCEBRANCHNAME": "release",
        },
        {"sha": "c" * 40, "branch": "release"},
        {"run_id": "20", "attempt": "1", "job": "warehouse", "actor": "Bit", "reason": "Manual"},
    ),
    # On a worker that itself runs in GitHub's CI: what starts dbt counts.
    "airflow": (
        {
            **GITHUB,
            "AIRFLOW_CTX_DAG_RUN_ID": "scheduled__2025-12-10",
            "AIRFLOW_CTX_TRY_NUMBER": "3",
            "AIRFLOW_CTX_TASK_ID": "dbt_run",
            "AIRFLOW_CTX_DAG_OWNER": "data",
            "GIT_SHA": "d" * 40,
            "GIT_BRANCH": "main",
        },
        {"sha": "d" * 40, "branch": "main"},
        {
            "run_id": "scheduled__2025-12-10",
            "attempt": "3",
            "job": "dbt_run",
            "actor": "data",
            "reason": None,
        },
    ),
    # The first is dagster-dbt's own, the second that of launchers that start containers.
    "dagster": (
        {
            "DAGSTER_DBT_CLI": "true",
            "DAGSTER_RUN_JOB_NAME": "nightly",
            "DAGSTER_CLOUD_GIT_SHA": "f" * 40,
            "DAGSTER_CLOUD_GIT_BRANCH": "main",
        },
        {"sha": "f" * 40, "branch": "main"},
        {"run_id": None, "attempt": None, "job": "nightly", "actor": None, "reason": None},
    ),
    "dbt_cloud": (
        {
            "DBT_CLOUD_RUN_ID": "40",
            "DBT_CLOUD_JOB_ID": "41",
            "DBT_CLOUD_RUN_REASON": "scheduled",
            "DBT_CLOUD_GIT_SHA": "e" * 40,
            "DBT_CLOUD_GIT_BRANCH": "main",
        },
        {"sha": "e" * 40, "branch": "main"},
        {"run_id": "40", "attempt": None, "job": "41", "actor": None, "reason": "scheduled"},
    ),
}


@excluded("jinja alone")
def test_the_row_tells_which_ci_ran_dbt(cell: Cell) -> None:
    """X46: the facts of CI systems, orchestrators and dbt Cloud, from their environments."""
    project = cell.project("three_models")
    for system, (env, git, ci) in CI_SYSTEMS.items():
        result = project.dbt("run", "-s", "stg_jaffle_shop__orders", env=env)
        facts = job_of(project, result)["process_config_obj"]
        assert facts["git"] == git, system
        assert facts["ci"] == {"system": system, **ci}, system
    keys = {row["process_config_obj"]["job_key"] for row in project.ledger()}
    assert len(keys) == 1, "the job is the same wherever it runs"
