"""The fixture `cell`, and the summary of what ran where. The options are in harness/options.py."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from integration_tests.functional.harness.cell import ALL_CELLS, Cell
from integration_tests.functional.harness.core import Core
from integration_tests.functional.harness.engines import V2, Engine
from integration_tests.functional.harness.exclusions import EXCLUSIONS
from integration_tests.functional.harness.keeper import ROOT
from integration_tests.functional.harness.warehouse_servers import WAREHOUSES

_ENGINES = pytest.StashKey[dict[str, Engine]]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "excluded(key): does not run in EXCLUSIONS[key].cells")
    core_venv = ROOT / (config.getoption("--core-venv") or ".venv")
    engines: dict[str, Engine] = {"core": Core(core_venv), "v2": V2(ROOT / ".venv-v2")}
    config.stash[_ENGINES] = engines


def pytest_unconfigure(config: pytest.Config) -> None:
    for engine in config.stash[_ENGINES].values():
        engine.stop()


@cache
def _chosen_cells(warehouse: str | None, engine: str | None, core_venv: str | None) -> list[str]:
    if core_venv:
        return [f"{each}-core" for each in ("duckdb", "postgres") if warehouse in (None, each)]
    wanted = [(warehouse or "", 0), (engine or "", 1)]
    return [c for c in ALL_CELLS if all(w in ("", c.split("-")[part]) for w, part in wanted)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "cell" in metafunc.fixturenames:
        options = ("--warehouse", "--engine", "--core-venv")
        cells = _chosen_cells(*(metafunc.config.getoption(name) for name in options))
        metafunc.parametrize("cell", cells, indirect=True)


@pytest.fixture
def cell(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Cell]:
    warehouse, engine = request.param.split("-")
    made = Cell(WAREHOUSES[warehouse], request.config.stash[_ENGINES][engine], tmp_path)
    yield made
    made.close()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before any fixture: note the cell for the summary, and leave out what is excluded."""
    callspec = getattr(item, "callspec", None)
    cell_id = callspec.params.get("cell") if callspec else None
    if cell_id is None:
        return
    item.user_properties.append(("cell", cell_id))
    for marker in item.iter_markers("excluded"):
        (key,) = marker.args
        if key not in EXCLUSIONS:
            pytest.fail(f"`{key}` is not in harness/exclusions.py", pytrace=False)
        if EXCLUSIONS[key].covers(cell_id):
            item.user_properties.append(("excluded", key))
            pytest.skip(EXCLUSIONS[key].reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    left_out: Counter[tuple[str, str]] = Counter()
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.stats.get(outcome, []):
            properties = dict(report.user_properties)
            if "cell" not in properties:
                continue
            if "excluded" in properties:
                outcome_here = "excluded"
                left_out[properties["excluded"], properties["cell"]] += 1
            else:
                outcome_here = outcome
            counts[properties["cell"]][outcome_here] += 1
    if not counts:
        return
    columns = ("passed", "failed", "error", "skipped", "excluded")
    terminalreporter.section("cells")
    terminalreporter.write_line(f"{'':16}" + "".join(f"{name:>10}" for name in columns))
    for name in sorted(counts):
        numbers = "".join(f"{counts[name][column]:>10}" for column in columns)
        terminalreporter.write_line(f"{name:16}{numbers}")
    if left_out:
        terminalreporter.section("cells that do not run, and why")
    for key in sorted({key for key, _ in left_out}):
        cells = ", ".join(f"{c} ({n})" for (k, c), n in sorted(left_out.items()) if k == key)
        terminalreporter.write_line(f"{key}: {EXCLUSIONS[key].reason}\n    {cells}")
