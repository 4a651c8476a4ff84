"""The privileges on the security page are enough, and not more: run as they stand there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.exclusions import excluded

PAGE = Path(__file__).resolve().parents[3] / "docs" / "security.md"
VERBS = ("select", "insert", "update", "delete", "truncate")


def grants(schema: str, suffix: str) -> list[str]:
    """Those for Postgres, with the schema and the roles of this test for the page's."""
    text = PAGE.read_text(encoding="utf-8").split("## Snowflake")[0]
    blocks = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    found = [line for line in "\n".join(blocks).splitlines() if line.startswith("grant")]
    return [
        re.sub(r"\brun_ledger\b", schema, re.sub(r"to (\w+);", rf"to \1{suffix};", line))
        for line in found
    ]


def allowed(cursor: Any, role: str, table: str) -> list[str]:
    found = []
    for verb in VERBS:
        cursor.execute("select has_table_privilege(%s, %s, %s)", (role, table, verb))
        found += [verb] if cursor.fetchone()[0] else []
    return found


@excluded("privileges")
def test_one_role_writes_and_another_reads(cell: Cell) -> None:
    project = cell.project("two_models")
    project.dbt("run")
    schema = project.space.ledger_schema
    suffix = f"_{schema}"
    connection: Any = project.connect()
    cursor = connection.cursor()
    # Roles belong to the server, and a transaction that is rolled back leaves none.
    cursor.execute("begin")
    try:
        for name in ("dbt_role", "ledger_reader"):
            cursor.execute(f"create role {name}{suffix}")
        for statement in grants(schema, suffix):
            cursor.execute(statement)
        log, events = (f"{schema}.process_execution_log{end}" for end in ("", "_events"))
        assert allowed(cursor, f"dbt_role{suffix}", log) == ["select", "insert", "update"]
        assert allowed(cursor, f"dbt_role{suffix}", events) == ["select", "insert", "delete"]
        assert allowed(cursor, f"ledger_reader{suffix}", log) == ["select"]
        assert allowed(cursor, f"ledger_reader{suffix}", events) == []
    finally:
        cursor.execute("rollback")
        connection.close()
