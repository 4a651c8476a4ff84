"""What does not run is written down once, is used, and is told at the end of every run."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from integration_tests.functional.harness.cell import ALL_CELLS
from integration_tests.functional.harness.exclusions import EXCLUSIONS, Exclusion
from integration_tests.functional.harness.keeper import ROOT

pytest_plugins = ["pytester"]
HERE = Path(__file__).resolve().parent


def used_keys() -> dict[str, str]:
    """Key -> a place that uses it: read from the source, so that `-k` hides nothing."""
    used: dict[str, str] = {}
    for path in sorted(HERE.parent.glob("**/test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("excluded"):
                assert isinstance(node.args[0], ast.Constant), f"{path}:{node.lineno}: not a text"
                used[str(node.args[0].value)] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return used


def test_every_key_is_used() -> None:
    assert set(EXCLUSIONS) - set(used_keys()) == set()


def test_every_used_key_is_known() -> None:
    assert {key: place for key, place in used_keys().items() if key not in EXCLUSIONS} == {}


@pytest.mark.parametrize("key", EXCLUSIONS)
def test_every_pattern_covers_a_cell(key: str) -> None:
    exclusion = EXCLUSIONS[key]
    assert exclusion.reason
    for pattern in exclusion.cells:
        assert any(Exclusion((pattern,), "").covers(cell) for cell in ALL_CELLS), pattern


def test_a_run_tells_what_it_left_out_and_refuses_unknown_keys(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest
        from integration_tests.functional import conftest as real
        from integration_tests.functional.conftest import *  # noqa

        pytest_plugins = ["integration_tests.functional.harness.options"]

        @pytest.fixture
        def cell(request):
            return request.param
        """
    )
    pytester.makepyfile(
        """
        import pytest
        from integration_tests.functional.harness.exclusions import EXCLUSIONS, Exclusion, excluded

        EXCLUSIONS["not here"] = Exclusion(("duckdb-*",), "the reason of the test")

        def test_free(cell): pass

        @excluded("not here")
        def test_left_out(cell): assert not cell.startswith("duckdb")

        @excluded("misspelt")
        def test_unknown(cell): pass

        @pytest.mark.recipes
        def test_of_a_scheduler(): raise AssertionError("it is not asked for")
        """
    )
    ended = pytester.runpytest_subprocess(
        "-p", "no:cacheprovider", "-o", f"pythonpath={ROOT}", "--engine=core"
    )
    ended.assert_outcomes(passed=5, skipped=1, errors=3, deselected=1)
    ended.stdout.fnmatch_lines(["duckdb-core *1 *0 *1 *0 *1", "postgres-core *2 *0 *1 *0 *0"])
    ended.stdout.fnmatch_lines(["not here: the reason of the test", "*duckdb-core (1)*"])
    ended.stdout.fnmatch_lines(["*`misspelt` is not in harness/exclusions.py*"])
