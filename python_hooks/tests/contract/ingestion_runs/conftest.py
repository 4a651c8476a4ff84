"""The fixture `ledger`: the same tests over three warehouses and the double in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.engines import V2
from integration_tests.functional.harness.keeper import ROOT
from integration_tests.functional.harness.warehouse_servers import WAREHOUSES
from tests.contract.ingestion_runs.ledgers import NAMES, Ledger

_made: dict[str, tuple[Cell, Ledger]] = {}


def _make(name: str, folder: pytest.TempPathFactory, *, key: str | None = None) -> Ledger:
    key = key or name
    if key not in _made:
        # Which engine makes the tables does not matter here; this one is quicker.
        cell = Cell(WAREHOUSES[name], V2(ROOT / ".venv-v2"), folder.mktemp(name))
        project = cell.project("two_models", vars={"run_ledger_ledgers": ["ingestion_runs"]})
        project.dbt("run-operation", "run_ledger.create_ledgers")
        made = Ledger(name, project)
        made.session = made.another()
        _made[key] = cell, made
    return _made[key][1]


@pytest.fixture(params=NAMES)
def ledger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    name = request.param
    if request.config.getoption("--warehouse") not in (None, name):
        pytest.skip("another warehouse was chosen")
    return Ledger(name) if name == "memory" else _make(name, tmp_path_factory)


@pytest.fixture
def postgres(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """For what only Postgres can show: triggers, processes side by side, plans."""
    if request.config.getoption("--warehouse") not in (None, "postgres"):
        pytest.skip("another warehouse was chosen")
    return _make("postgres", tmp_path_factory)


@pytest.fixture
def postgres_of_its_own(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Ledger:
    """For a test that fills the tables."""
    if request.config.getoption("--warehouse") not in (None, "postgres"):
        pytest.skip("another warehouse was chosen")
    return _make("postgres", tmp_path_factory, key=request.node.name)


@pytest.fixture(scope="session", autouse=True)
def _closed() -> Iterator[None]:
    yield
    for cell, made in _made.values():
        if made.session:
            made.session.close()
        cell.close()
    _made.clear()
