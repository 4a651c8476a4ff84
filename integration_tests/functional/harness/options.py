"""For every test: the options that choose warehouses and engines, and the servers behind them."""

from __future__ import annotations

import signal

import pytest

from integration_tests.functional.harness import services
from integration_tests.functional.harness.cell import ENGINE_NAMES, WAREHOUSE_NAMES


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("run ledger")
    group.addoption("--warehouse", choices=WAREHOUSE_NAMES, help="only this warehouse")
    group.addoption("--engine", choices=ENGINE_NAMES, help="only this engine")
    group.addoption(
        "--core-venv",
        metavar="FOLDER",
        help="the environment that holds the dbt-core under test (default .venv); implies "
        "--engine=core, without Snowflake, whose adapter only .venv has",
    )
    group.addoption(
        "--recipes",
        action="store_true",
        help="the tests marked `recipes`, in the environments of `make test-recipes`, and no others",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Schedulers are not there by default, so their tests are chosen, not skipped."""
    asked = config.getoption("--recipes")
    chosen: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        is_recipe = item.get_closest_marker("recipes") is not None
        (chosen if is_recipe == asked else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = chosen


def pytest_configure() -> None:
    # A shell starts what runs in its background deaf to Ctrl-C, and every dbt would be, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    services.prepare()


def pytest_unconfigure() -> None:
    services.stop_all()
