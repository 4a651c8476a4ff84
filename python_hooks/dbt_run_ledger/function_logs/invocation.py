"""One run of a function: what all its entries have in common, its duration and how it ended."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

current: ContextVar[Invocation | None] = ContextVar("run_ledger_invocation", default=None)
_log = logging.getLogger("dbt_run_ledger.invocation")


@dataclass
class Invocation:
    """Set status_code before the end; metadata goes into every entry."""

    function_name: str
    invocation_id: str
    metadata: dict[str, Any] = field(default_factory=dict)
    status_code: int | None = None


@contextmanager
def invocation(
    function_name: str, invocation_id: str | None = None, metadata: Mapping[str, Any] | None = None
) -> Iterator[Invocation]:
    """Around the body of a function: every entry inside belongs to it, the last one measures it.

    with function_logs.invocation("chat_endpoint", context.invocation_id) as run:
        run.status_code = 200
    """
    run = Invocation(function_name, invocation_id or str(uuid.uuid4()), dict(metadata or {}))
    token = current.set(run)
    started = time.perf_counter()
    try:
        yield run
    except BaseException as error:
        run.status_code = run.status_code or 500
        _log.error(
            "%s failed: %s",
            function_name,
            type(error).__name__,
            exc_info=error,
            extra={"duration_ms": _since(started), "status_code": run.status_code},
        )
        raise
    else:
        extra = {"duration_ms": _since(started), "status_code": run.status_code}
        _log.log(logging.INFO, "%s finished", function_name, extra=extra)
    finally:
        current.reset(token)


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)
