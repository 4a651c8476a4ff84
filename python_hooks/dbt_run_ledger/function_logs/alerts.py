"""Tell people of alert windows: each once, none missed.

A window is claimed in the notifications beside the logs before it is sent, and marked when it was.
Whoever dies between the two leaves a claim that another run takes over after `lease`: then, and only
then, a window may be told twice.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from dbt_run_ledger.errors import ConstraintError, InputError, RunLedgerError
from dbt_run_ledger.function_logs.loader import WORD, logs_place
from dbt_run_ledger.warehouses import Place, Warehouse

LEASE = timedelta(minutes=15)
_SECONDS = 10
Window = Mapping[str, Any]


class NotSentError(RunLedgerError):
    """The message could not be sent. The next run tries again."""

    is_retryable = True


class Notifier:
    """windows: the qualified name of run_ledger__function_alert_windows."""

    def __init__(
        self, warehouse: Warehouse, place: Place, windows: str, lease: timedelta = LEASE
    ) -> None:
        self._warehouse, self._windows = warehouse, windows
        self._sent = logs_place(place).table(WORD, "_notifications")
        self._lease_ms = int(lease.total_seconds() * 1000)

    def notify(self, send: Callable[[Window], None]) -> list[Window]:
        """Send every open window that was not sent, oldest first; those that were sent now."""
        told: list[Window] = []
        for window in self._open():
            if self._claim(window):
                send(window)
                self._warehouse.execute(
                    f"update {self._sent} set status = 'SENT', sent_at = {self._warehouse.now_utc} "
                    "where alert_window_id = %s",
                    [window["alert_window_id"]],
                )
                told.append(window)
        return told

    def _open(self) -> list[dict[str, Any]]:
        return self._warehouse.query(
            f"select w.*, n.attempt, n.claimed_at, {self._warehouse.now_utc} as now_at "
            f"from {self._windows} w left join {self._sent} n on n.alert_window_id = w.alert_window_id "
            "where n.status is null or n.status <> 'SENT' order by w.hour, w.alert_window_id"
        )

    def _claim(self, window: Mapping[str, Any]) -> bool:
        """Whether the window is ours: nobody had it, or its claim is older than the lease."""
        now = self._warehouse.now_utc
        key = window["alert_window_id"]
        if window["attempt"] is None:
            try:
                return (
                    self._warehouse.execute(
                        f"insert into {self._sent} (alert_window_id, status, attempt, claimed_at) "
                        f"select %s, 'CLAIMED', 1, {now} where not exists "
                        f"(select 1 from {self._sent} where alert_window_id = %s)",
                        [key, key],
                    )
                    == 1
                )
            except ConstraintError:
                return False
        age = window["now_at"] - window["claimed_at"]
        if age < timedelta(milliseconds=self._lease_ms):
            return False
        return (
            self._warehouse.execute(
                f"update {self._sent} set attempt = attempt + 1, claimed_at = {now} "
                "where alert_window_id = %s and status = 'CLAIMED' and attempt = %s",
                [key, window["attempt"]],
            )
            == 1
        )


def message_of(window: Window) -> str:
    value = float(window["measured"])
    is_time = window["alert_name"] == "slow_function"
    shown = f"P99 {value:.0f} ms" if is_time else f"{value:.1%}"
    limit = float(window["threshold"])
    allowed = f"{limit:.0f} ms" if is_time else f"{limit:.1%}"
    return (
        f"{window['alert_name']}: {window['function_name']} at {window['hour']:%Y-%m-%d %H:%M} UTC: "
        f"{shown} of {window['total_invocations']} invocations, allowed {allowed}"
    )


def webhook(url: str) -> Callable[[Window], None]:
    """A sender for Slack, Teams and whatever else takes {"text": ...}."""
    if not url.startswith(("https://", "http://")):
        raise InputError("The webhook: expected an address that begins with https://.")

    def send(window: Window) -> None:
        body = json.dumps({"text": message_of(window)}).encode()
        request = urllib.request.Request(  # noqa: S310 - http and https alone, see above
            url, body, {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS):  # noqa: S310
                return
        except (urllib.error.URLError, OSError) as error:
            reason = getattr(error, "reason", error)
            raise NotSentError(f"The webhook did not take the message: {reason}.") from error

    return send
