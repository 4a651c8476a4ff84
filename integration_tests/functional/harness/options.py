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


def pytest_configure() -> None:
    # A shell starts what runs in its background deaf to Ctrl-C, and every dbt would be, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    services.prepare()


def pytest_unconfigure() -> None:
    services.stop_all()
