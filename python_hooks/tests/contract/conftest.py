"""The fixture `world`: one warehouse of three, reached as the companion reaches it, and otherwise.

The servers are those of the functional tests; `--warehouse` chooses here too.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from dbt_run_ledger import warehouses
from integration_tests.functional.harness.cell import WAREHOUSE_NAMES
from integration_tests.functional.harness.warehouse_servers import WAREHOUSES
from tests.contract.world import World


@pytest.fixture(params=WAREHOUSE_NAMES)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    name = request.param
    if request.config.getoption("--warehouse") not in (None, name):
        pytest.skip("another warehouse was chosen")
    behind = WAREHOUSES[name]
    space = behind.new_space("contract", tmp_path)
    project = {
        "name": "shop",
        "profile": "shop",
        "vars": {"run_ledger_schema": space.ledger_schema},
    }
    output = behind.profile(space)
    (tmp_path / "dbt_project.yml").write_text(yaml.safe_dump(project))
    (tmp_path / "profiles.yml").write_text(
        yaml.safe_dump({"shop": {"target": "dev", "outputs": {"dev": output}}})
    )
    # On DuckDB it makes the file, which the companion never does.
    database = "" if name == "postgres" else f"{space.database}."
    behind.query(space, f"create schema {database}{space.ledger_schema}")
    session = warehouses.from_profile(tmp_path, tmp_path)
    yield World(name, behind, space, tmp_path, session)
    session.close()
    behind.drop(space)
