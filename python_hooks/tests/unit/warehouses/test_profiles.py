"""A profile is read as dbt reads it; what is wrong is named, and a password never."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from dbt_run_ledger import warehouses
from dbt_run_ledger.errors import InputError, LedgerMissingError, ProfileError
from dbt_run_ledger.warehouses.profiles import Profile, read_profile

PASSWORD = "hunter2-hunter2"
POSTGRES = {
    "type": "postgres",
    "host": "{{ env_var('SHOP_HOST', 'localhost') }}",
    "port": "{{ env_var('SHOP_PORT') | as_number }}",
    "user": "{{ 'me' }}_{{ var('suffix', 'x') }}",
    "password": "{{ env_var('DBT_ENV_SECRET_SHOP') }}",
    "dbname": "shop",
    "schema": "analytics",
    "keepalives_idle": 0,
    "is_wide": "{{ env_var('SHOP_WIDE', 'False') | as_bool }}",
    "plain": "{{ 5 }}",
}
PROFILES: dict[str, Any] = {
    "config": {"send_anonymous_usage_stats": False},
    "shop": {
        "target": "{{ env_var('SHOP_TARGET', 'prod') }}",
        "outputs": {
            "prod": POSTGRES,
            "local": {"type": "duckdb", "path": "shop.duckdb", "schema": "main"},
            "lake": {"type": "spark", "schema": "x"},
            "cloud": {"type": "snowflake", "account": "a", "database": "ANALYTICS", "schema": "S"},
        },
    },
}
PROJECT: dict[str, Any] = {"name": "shop", "profile": "{{ env_var('SHOP_PROFILE', 'shop') }}"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DBT_PROFILES_DIR", "DBT_PROJECT_DIR", "DBT_TARGET", "DBT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SHOP_PORT", "6543")
    monkeypatch.setenv("DBT_ENV_SECRET_SHOP", PASSWORD)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    lay_out(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lay_out(folder: Path, project: Any = PROJECT, profiles: Any = PROFILES) -> None:  # noqa: ANN401
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(project))
    (folder / "profiles.yml").write_text(yaml.safe_dump(profiles))


def test_templates_give_texts_unless_a_filter_says_otherwise(folder: Path) -> None:
    found = read_profile(variables={"suffix": "y"})
    assert found.settings == {
        **POSTGRES,
        "host": "localhost",
        "port": 6543,
        "user": "me_y",
        "password": PASSWORD,
        "is_wide": False,
        "plain": "5",
    }
    assert (found.name, found.target, found.adapter) == ("shop", "prod", "postgres")
    assert (found.project_name, found.folder, found.database) == ("shop", folder, "shop")


def test_the_target_of_the_option_wins_over_the_environment(
    folder: Path,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SHOP_TARGET", "cloud")
    assert read_profile().target == "cloud"
    monkeypatch.setenv("DBT_TARGET", "prod")
    assert read_profile().target == "prod"
    assert read_profile(target="local").database == "shop"


def test_where_dbt_looks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The project here or above; profiles.yml here, then in ~/.dbt; the environment, the option."""
    inner = folder / "models" / "marts"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    with pytest.raises(ProfileError, match=r"profiles.yml: expected one in .*marts and .*\.dbt"):
        read_profile()
    lay_out(folder / "home" / ".dbt")
    assert read_profile().folder == folder
    for name in ("elsewhere", "nearer"):
        project = {**PROJECT, "name": name}
        lay_out(folder / name, project)
    monkeypatch.setenv("DBT_PROJECT_DIR", str(folder / "elsewhere"))
    assert read_profile().project_name == "elsewhere"
    assert read_profile(project_dir=folder / "nearer").project_name == "nearer"
    monkeypatch.setenv("DBT_PROFILES_DIR", str(folder / "nowhere"))
    with pytest.raises(ProfileError, match=r"profiles.yml: expected one in .*nowhere"):
        read_profile()
    assert read_profile(profiles_dir=folder).target == "prod"


def test_a_profile_is_enough_without_a_project(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    with pytest.raises(ProfileError, match=r"no profile: .* --profile"):
        read_profile(profiles_dir=folder)
    found = read_profile(profiles_dir=folder, profile="shop", target="cloud")
    assert (found.project_name, found.database) == (None, "ANALYTICS")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"profile": "shpo"}, r"profile: expected one of shop \(.*profiles.yml\), got 'shpo'"),
        ({"target": "dev"}, r"target: expected one of cloud, lake, local, prod \(.*\), got 'dev'"),
        ({"target": "lake"}, r"type: expected one of duckdb, postgres, snowflake .*, got 'spark'"),
        ({"project_dir": "/"}, r"expected a dbt_project.yml in /, found none. Correct --project"),
    ],
)
def test_a_wrong_name_is_answered_with_what_there_is(
    folder: Path,  # noqa: ARG001
    options: dict[str, Any],
    message: str,
) -> None:
    with pytest.raises(ProfileError, match=message) as raised:
        read_profile(**options)
    assert raised.value.exit_code == 2


def test_a_missing_variable_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    monkeypatch.delenv("SHOP_PORT")
    with pytest.raises(ProfileError, match="the environment variable SHOP_PORT, which is not set"):
        read_profile()
    monkeypatch.setenv("SHOP_PORT", PASSWORD)
    with pytest.raises(ProfileError, match="as_number: expected a number") as raised:
        read_profile()
    assert PASSWORD not in str(raised.value)


def test_a_password_is_never_shown(folder: Path) -> None:
    found = read_profile()
    assert isinstance(found, Profile)
    with warehouses.from_profile() as session:
        assert PASSWORD not in repr(found) + repr(session) + repr(session.place)
    (folder / "profiles.yml").write_text(f"shop:\n  password: {PASSWORD}: [\n")
    with pytest.raises(ProfileError, match=r"profiles.yml is not valid YAML near line 2") as raised:
        read_profile()
    assert PASSWORD not in str(raised.value)
    assert raised.value.__cause__ is None


def test_the_place_is_where_the_macros_put_it(folder: Path) -> None:
    """Quoted as dbt quotes; the flat vars, the package's scope over them, the command's over both."""
    flat = {
        "run_ledger_schema": "flat",
        "run_ledger_process_execution_log_identifier": "jobs",
        "other": {"run_ledger_schema": "not ours"},
    }
    lay_out(folder, {**PROJECT, "vars": flat})
    assert read_profile().settings["dbname"] == "shop"
    place = warehouses.from_profile().place
    assert place.table("process_execution_log", "_events") == '"shop"."flat"."jobs_events"'
    assert place.table("function_logs") == '"shop"."flat"."function_logs"'
    lay_out(folder, {**PROJECT, "vars": {**flat, "run_ledger": {"run_ledger_schema": "scoped"}}})
    assert warehouses.from_profile().place.schema == "scoped"
    given = {"run_ledger_schema": "given", "run_ledger_database": "Other DB"}
    assert warehouses.from_profile(variables=given).place.table("x") == '"Other DB"."given"."x"'
    cloud = warehouses.from_profile(target="cloud").place
    assert cloud.table("profile_runs") == "ANALYTICS.scoped.profile_runs"
    lay_out(folder, {**PROJECT, "quoting": {"identifier": True}})
    cloud = warehouses.from_profile(target="cloud").place
    assert cloud.table("profile_runs") == 'ANALYTICS.run_ledger."profile_runs"'


@pytest.mark.parametrize("name", ["run_ledger_schema", "run_ledger_function_logs_identifier"])
def test_a_name_that_would_be_sql_is_refused(folder: Path, name: str) -> None:  # noqa: ARG001
    session = warehouses.from_profile(variables={name: 'a"; drop table x; --'})
    with pytest.raises(InputError, match=f"{name}: expected a name, got"):
        _ = session.place


def test_a_duckdb_file_is_not_made_by_looking(folder: Path) -> None:
    with (
        pytest.raises(LedgerMissingError, match=r"The DuckDB file .*shop.duckdb does not exist"),
        warehouses.from_profile(target="local") as session,
    ):
        session.warehouse.query("select 1")
    assert not (folder / "shop.duckdb").exists()


def test_a_connection_of_nobody_is_refused() -> None:
    with pytest.raises(InputError, match=r"expected a connection of psycopg2, duckdb or .* a dict"):
        warehouses.from_connection({})
