"""Logs of functions: write them, load them, tell people of them.

    from dbt_run_ledger import function_logs
    function_logs.install("s3://my-bucket/logs/azfunctions")

After these two lines everything the program logs is written as JSON lines, one object a flush,
under YEAR=/MONTH=/DAY=/HOUR= of that place, without its secrets.
"""

from __future__ import annotations

from dbt_run_ledger.function_logs.handler import FunctionLogHandler, install
from dbt_run_ledger.function_logs.invocation import Invocation, invocation

__all__ = ["FunctionLogHandler", "Invocation", "install", "invocation"]
