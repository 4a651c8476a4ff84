"""How a run can end, and the row that it must leave: one entry a cell, for all warehouses.

Ways: `recorder` is the wheel beside dbt-core, `hooks` are the model hooks alone, `exec` is dbt
inside `run-ledger exec` and without the recorder; the last two under both engines. What ends in
`KEPT` waits in the spool, and has the status behind it after the next start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Expected:
    """What the row says after the run; `later`: after the next start, where that differs."""

    status: str
    exit_codes: tuple[int, ...]
    steps: Mapping[str, str] = field(default_factory=dict)
    # A part of the message of the job's own error, '' where it has none.
    job_error: str = ""
    later: str = ""


NO_ROW = "no row"
KEPT = "kept"

GOOD = {"good": "SUCCESS"}
CUT = {**GOOD, "endless": "CANCELLED"}
OPEN = {**GOOD, "endless": "RUNNING"}
ALL_KINDS = {
    **GOOD,
    "broken": "ERROR",
    "after_broken": "SKIPPED",
    "good_is_zero": "ERROR",
    "good_may_be_zero": "WARN",
}
STOPPED_AT_ONCE = {"a_broken": "ERROR", "z_good": "SKIPPED"}

# The exit codes are those of dbt without the package: 1 what failed, 2 an interruption or an error
# before the first node, and the number of the signal that killed it.
RECORDER = {
    "failed, skipped, warned": Expected("FAILED", (1,), ALL_KINDS),
    "fail-fast": Expected("FAILED", (1,), STOPPED_AT_ONCE),
    "SIGINT": Expected("CANCELLED", (2,), CUT, "SIGINT"),
    # What dbt was doing when the second one came decides how it ends: in its last event or never.
    "SIGINT twice": Expected("CANCELLED", (-2, 1, 2), CUT, "SIGINT"),
    "SIGINT twice at once": Expected("CANCELLED", (-2, 1, 2), CUT, "SIGINT"),
    "SIGTERM": Expected("CANCELLED", (-15,), CUT, "SIGTERM"),
    "SIGKILL": Expected("RUNNING", (-9,), OPEN, later="LOST"),
    "parse error": Expected("FAILED", (2,), {}, "Compilation Error"),
    "connection refused": Expected(KEPT, (1, 2), {}, "rror", later="FAILED"),
    "no room in the spool": Expected(NO_ROW, (1, 2)),
    "table dropped": Expected("SUCCESS", (0,), {**GOOD, "dropping": "SUCCESS"}),
    "lock held": Expected(KEPT, (0,), GOOD, later="SUCCESS"),
}

# dbt runs no on-run-end after a signal, and no hook at all before the first node. What failed, was
# skipped or warned, --fail-fast, SIGKILL with its sweep, a dropped table and a lock are in
# test_end_states.py and test_broken_ledger.py, row by row.
HOOKS = {
    "SIGINT": Expected("RUNNING", (1, 2), OPEN, later="LOST"),
    "SIGTERM": Expected("RUNNING", (-15,), OPEN, later="LOST"),
    "parse error": Expected(NO_ROW, (1, 2)),
    "connection refused": Expected(NO_ROW, (1, 2)),
}

# The same truth for every engine. dbt v2 ends with 1 where dbt-core ends with 2.
EXEC = {
    "failed, skipped, warned": Expected("FAILED", (1,), ALL_KINDS),
    "fail-fast": Expected("FAILED", (1,), STOPPED_AT_ONCE),
    "SIGINT": Expected("CANCELLED", (1, 2), CUT, "SIGINT"),
    "SIGINT twice": Expected("CANCELLED", (-2, 1, 2), CUT, "SIGINT"),
    "SIGTERM": Expected("CANCELLED", (-15,), CUT, "SIGTERM"),
    "SIGKILL": Expected("CANCELLED", (-9,), CUT, "SIGKILL"),
    "parse error": Expected("FAILED", (1, 2), {}, "unexpected"),
    "connection refused": Expected(KEPT, (1, 2), {}, "", later="FAILED"),
    "no room in the spool": Expected(NO_ROW, (1,)),
    "table dropped": Expected("SUCCESS", (0,), {**GOOD, "dropping": "SUCCESS"}),
    "lock held": Expected(KEPT, (0,), GOOD, later="SUCCESS"),
}
