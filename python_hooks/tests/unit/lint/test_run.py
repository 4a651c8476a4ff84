import subprocess
import sys
from pathlib import Path

import pytest

from dev.lint import python_tool
from dev.lint.run import NAMES, ROOT, main, run_check


def test_every_check_has_a_test_of_its_own() -> None:
    here = Path(__file__).parent
    tools = {"mypy", "ruff", "ruff_format"}
    for name in set(NAMES) - tools:
        assert (here / f"test_{name}.py").exists(), name


def test_a_problem_is_printed_under_its_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "runs.sql").write_text("select 1\n")
    status = main(["--root", str(tmp_path), "--only", "node_names", "--only", "literals"])
    printed = capsys.readouterr().out
    assert status == 1
    assert "node_names: 1 problem\n  models/runs.sql:1  expected" in printed
    assert "clean: literals" in printed


def test_skip_leaves_a_check_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--root", str(tmp_path), "--skip", "mypy", "--skip", "ruff"])
    printed = capsys.readouterr().out
    assert status == 0
    assert "mypy" not in printed
    assert "sizes" in printed


@pytest.mark.parametrize("how", [["dev/lint/run.py"], ["-m", "dev.lint.run"]])
def test_it_starts_as_a_script_and_as_a_module(how: list[str], tmp_path: Path) -> None:
    command = [sys.executable, *how, "--only", "node_names", "--root", str(tmp_path)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "clean: node_names\n")


def test_an_unknown_check_is_refused() -> None:
    with pytest.raises(SystemExit):
        main(["--only", "nothing"])


def test_a_tool_that_is_not_installed_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> None:
        raise python_tool.ToolMissingError("ruff")

    monkeypatch.setattr(python_tool, "run", missing)
    (problem,) = run_check("ruff", tmp_path)
    assert "ruff to be installed" in problem.message
