"""Ways in which a ledger does not work: SQL that leaves it so, and what dbt's one line says then.

The texts may name {ledger} (the schema), {log} and {events} (its tables) and {role} (who runs dbt).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Breakage:
    """What to run against a ledger that was fine, and what the line of ours says about it."""

    reason: str
    statements: tuple[str, ...]


# What is simply missing comes back by itself.
HEALED = {
    "the log is gone": ("drop table {log}",),
    "the events are gone": ("drop table {events}",),
    "a column is gone": ("alter table {log} drop column extract_end_tmstp",),
    "the schema is gone": ("drop schema {ledger} cascade",),
}

ANYWHERE = {
    "a column that must have a value has another name": Breakage(
        r"not.null constraint|takes no null",
        ("alter table {log} rename column execution_status_name to status",),
    ),
    "a column has another type": Breakage(
        r"process_step_id as integer|for type integer|convert string",
        (
            "alter table {log} drop column process_step_id",
            "alter table {log} add column process_step_id integer",
        ),
    ),
    "the log is a view": Breakage(
        r"a view|permission denied for view|not an table",
        (
            "alter table {log} rename to moved",
            "create view {log} as select * from {ledger}.moved union all select * from {ledger}.moved",
        ),
    ),
}

_REFUSE = """create function {ledger}.refuse() returns trigger language plpgsql as
'begin WHAT; return new; end'"""
_TRIGGER = (
    "create trigger refuse before insert or update on {log} execute function {ledger}.refuse()"
)
_EXCEPTION = "raise exception ''not today''"

ON_POSTGRES = {
    "a check refuses": Breakage(
        'violates check constraint "short"',
        ("alter table {log} add constraint short check (length(process_step_id) < 9)",),
    ),
    "a trigger refuses": Breakage("not today", (_REFUSE.replace("WHAT", _EXCEPTION), _TRIGGER)),
    "the disk is full": Breakage(
        "53100 not today",
        (_REFUSE.replace("WHAT", f"{_EXCEPTION} using errcode = ''disk_full''"), _TRIGGER),
    ),
    "a statement takes longer than it may": Breakage(
        "statement timeout",
        (
            _REFUSE.replace("WHAT", "perform pg_sleep(20)"),
            _TRIGGER,
            "alter role {role} set statement_timeout = '500ms'",
        ),
    ),
    "no right to the schema": Breakage(
        "permission denied for schema", ("alter schema {ledger} owner to current_user",)
    ),
    "no right to create a table": Breakage(
        "permission denied for schema",
        (
            "drop table {log}",
            "alter schema {ledger} owner to current_user",
            "grant usage on schema {ledger} to {role}",
        ),
    ),
    "no right to write": Breakage(
        "permission denied for table",
        ("alter table {log} owner to current_user", "grant select on {log} to {role}"),
    ),
    "no right to read": Breakage(
        "permission denied for table",
        ("alter table {log} owner to current_user", "grant insert, update on {log} to {role}"),
    ),
}
