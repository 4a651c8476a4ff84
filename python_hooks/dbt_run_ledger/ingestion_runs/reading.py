"""What the ledger knows of its runs."""

from __future__ import annotations

import threading

from dbt_run_ledger.errors import InputError
from dbt_run_ledger.ingestion_runs import inputs, rules
from dbt_run_ledger.ingestion_runs.errors import RunNotFoundError
from dbt_run_ledger.ingestion_runs.run import Decision, Run, Transition
from dbt_run_ledger.ingestion_runs.store import Store

_FILTERS = ("run_id", "status", "run_kind", "mode", "trace_id", "requested_by", "parent_run_id")


class RunReader:
    """The half of the client that changes nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.RLock()

    def stuck(self, minutes: float = rules.STUCK_MINUTES) -> list[Run]:
        with self._lock:
            return self._store.stuck(minutes)

    def get(self, run_id: str) -> Run:
        key = inputs.checked_id(run_id)
        with self._lock:
            found = self._store.get(key)
        if found is None:
            raise RunNotFoundError(key)
        return found

    def transitions(self, run_id: str) -> list[Transition]:
        """The audit of one run, oldest first."""
        with self._lock:
            return self._store.transitions(self.get(run_id).run_id)

    def history(self, *, limit: int | None = 50, offset: int = 0, **filters: str) -> list[Run]:
        """Newest first; filters: status, run_kind, mode, trace_id, requested_by, parent_run_id."""
        for name in filters:
            inputs.one_of("filter", name, _FILTERS)
        if (limit is not None and limit < 0) or offset < 0:
            raise InputError(
                f"Expected a limit and an offset of at least 0, got {limit}, {offset}."
            )
        with self._lock:
            return self._store.page(filters, limit, offset)

    def chain(self, run_id: str) -> list[Run]:
        """From the first run, over each that ran the one before again, to this one."""
        key = inputs.checked_id(run_id)
        with self._lock:
            found = self._store.get_all(self._store.links(key))
        if not found or found[0].run_id != key:
            raise RunNotFoundError(key)
        return found[::-1]

    def root(self, run_id: str) -> Run:
        """The first run of the chain that leads to this one; itself, if it runs none again."""
        with self._lock:
            return self.get(self._store.links(self.get(run_id).run_id)[-1])

    def rerun_decision(self, run_id: str) -> Decision:
        """Whether rerun() would do it, and why or why not."""
        with self._lock:
            run = self.get(run_id)
            if run.is_active:
                return Decision(run.run_id, False, f"it is {run.status} and has not ended")
            if run.status not in rules.RERUN_FROM:
                return Decision(run.run_id, False, f"it has {run.status}")
            for child in self._store.page({"parent_run_id": run.run_id}, None):
                if child.is_active:
                    reason = f"run {child.run_id} runs it again and is {child.status}"
                    return Decision(run.run_id, False, reason)
            return Decision(run.run_id, True, f"it ended as {run.status}")
