"""What is understood of a dbt command line, and where dbt works because of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbt_run_ledger.errors import InputError
from dbt_run_ledger.exec.dbt_command import DbtCommand, Folders


def command(text: str) -> DbtCommand:
    return DbtCommand.of(text.split())


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("dbt build", "dbt"),
        ("/opt/venv/bin/dbt --debug run", "/opt/venv/bin/dbt"),
        ("uv run dbt build", "uv run dbt"),
        ("python -m dbt.cli.main run", "python -m dbt.cli.main"),
        ("poetry run -- dbt test", "poetry run -- dbt"),
    ],
)
def test_what_starts_dbt(text: str, prefix: str) -> None:
    assert " ".join(command(text).prefix) == prefix


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected a dbt command, got none"),
        ("ls -l", r"got 'ls -l', in which no word is `dbt`"),
    ],
)
def test_what_is_no_dbt_command(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        command(text)


@pytest.mark.parametrize(
    ("arguments", "job"),
    [
        ("build", "build"),
        ("--log-level debug run --select a", "run"),
        ("retry", "retry"),
        ("source freshness", "freshness"),
        ("source snapshot-freshness", "freshness"),
        ("source", None),
        ("compile", None),
        ("run-operation build_it", None),
        ("docs generate", None),
        # A value of an option, or an argument, is no command.
        ("compile --target test", None),
        ("compile --select build", None),
        ("run-operation test", None),
        ("--target test build", "build"),
        ("-t=test --quiet run", "run"),
    ],
)
def test_which_commands_leave_a_row(arguments: str, job: str | None) -> None:
    assert command(f"dbt {arguments}").job == job


def test_options_in_every_spelling() -> None:
    found = command(
        "dbt run --target=a -s one two --exclude three -t b --select=four+ --full-refresh"
    )
    assert found.option("--target", "-t") == "b"
    assert found.option("--profile") is None
    assert found.selection() == {
        "select": ["one", "two", "four+"],
        "exclude": ["three"],
        "selector": [],
        "full_refresh": True,
        "var_names": [],
    }


def test_an_option_can_make_the_log_unreadable() -> None:
    assert command("dbt run --log-format-file json").is_log_readable
    assert command("dbt run --log-format text").is_log_readable
    assert not command("dbt --log-format-file=text run").is_log_readable
    assert not command("dbt run --log-level-file error").is_log_readable


def test_where_dbt_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An option is relative to the shell, what the project says to the project."""
    project = tmp_path / "shop"
    (project / "dbt_packages" / "run_ledger").mkdir(parents=True)
    (project / "models").mkdir()
    (project / "dbt_project.yml").write_text("name: shop")
    monkeypatch.chdir(project / "models")
    found = Folders.of(command("dbt run"), {})
    assert (found.project, found.logs, found.target) == (
        project,
        project / "logs",
        project / "target",
    )
    assert found.package == project / "dbt_packages" / "run_ledger"
    monkeypatch.chdir(tmp_path)
    named = command("dbt run --project-dir shop --log-path here")
    found = Folders.of(named, {"DBT_TARGET_PATH": "there"}, {"log-path": "elsewhere"})
    assert (found.project, found.logs, found.target) == (
        project,
        tmp_path / "here",
        tmp_path / "there",
    )
    settings = {"log-path": "elsewhere", "packages-install-path": "none"}
    found = Folders.of(command("dbt run --project-dir shop"), {}, settings)
    assert (found.logs, found.package) == (project / "elsewhere", None)
