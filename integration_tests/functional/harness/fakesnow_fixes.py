"""What fakesnow lacks of Snowflake, repaired where a dbt package meets it.

Nothing here makes fakesnow more liberal than Snowflake: each repair is a statement that Snowflake
runs. What it can only accept without running is answered with success AND written to a file.
https://github.com/tekumara/fakesnow
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import fakesnow.arrow
import fakesnow.copy_into
import fakesnow.cursor
import fakesnow.info_schema
import fakesnow.macros
import pyarrow as pa
import sqlglot
from fakesnow.transforms import stage
from fakesnow.transforms.merge import operations
from sqlglot import Expr, exp

from integration_tests.functional.harness.fakesnow_functions import MACROS, repaired_function

# Statements without an effect that a test could see here: governance, scheduling, documentation.
ACCEPTED_WITHOUT_RUNNING = tuple(
    re.compile(r"\s*" + pattern, re.IGNORECASE)
    for pattern in (
        r"(grant|revoke)\s",
        r"alter\s+session\s+(set|unset)\s",
        r"alter\s+table\s+\S+\s+(alter|modify)\s+.*\bcomment\b",
        r"comment\s+(if\s+exists\s+)?on\s+(column|view|schema)\s",
        r"alter\s+table\s+\S+\s+(add|drop)\s+(search\s+optimization|row\s+access\s+policy)",
        r"(create(\s+or\s+replace)?|alter|drop|execute)\s+(task|alert|stream|pipe|warehouse)\b",
        r"(create(\s+or\s+replace)?|alter|drop)\s+(resource\s+monitor|procedure)\b",
        r"(create(\s+or\s+replace)?|alter|drop)\s+(masking|row\s+access)\s+policy\b",
        r"alter\s+view\s+\S+\s+(alter|modify)\s+column\s+\S+\s+(un)?set\s+masking\s+policy\b",
        r"alter\s+(dynamic|external)\s+table\s",
    )
)

_REMOVE = re.compile(r"\s*remove\s+@([^/\s]+)/(\S+)\s*", re.IGNORECASE)

# The keys of Snowflake that state a wish: it stores them and enforces none.
_INFORMATIONAL = (
    exp.PrimaryKeyColumnConstraint,
    exp.UniqueColumnConstraint,
    exp.Reference,
    exp.PrimaryKey,
    exp.ForeignKey,
    exp.Constraint,
)


def is_accepted_without_running(command: str, record: Path | None) -> bool:
    found = any(pattern.match(command) for pattern in ACCEPTED_WITHOUT_RUNNING)
    if found and record:
        with record.open("a") as file:
            file.write(json.dumps(command) + "\n")
    return found


def is_removed_from_stage(command: str, database: str | None, schema: str | None) -> bool:
    """REMOVE of one file, which fakesnow does not know."""
    found = _REMOVE.fullmatch(command)
    if found:
        names = stage.parts_from_var(found[1], database, schema)
        Path(stage.internal_dir(".".join(names), found[2])).unlink(missing_ok=True)
    return found is not None


def _is_informational(constraint: Expr) -> bool:
    kind = constraint.args.get("kind") if isinstance(constraint, exp.ColumnConstraint) else None
    return isinstance(kind or constraint, _INFORMATIONAL)


def _unqualify_targets(assignments: list[Expr]) -> None:
    """`set t.x = 1` is fine on Snowflake; DuckDB takes only `set x = 1`."""
    for each in assignments:
        if isinstance(each, exp.EQ) and isinstance(each.this, exp.Column):
            each.this.set("table", None)


def _repair_statement(node: Expr) -> None:
    if isinstance(node, exp.Create) and (properties := node.args.get("properties")):
        table = node.this.this if isinstance(node.this, exp.Schema) else node.this
        if isinstance(table, exp.Table) and table.db:
            # DuckDB keeps temporary tables outside schemas: dbt's qualified name would not work.
            kept = [p for p in properties.expressions if not isinstance(p, exp.TemporaryProperty)]
            properties.set("expressions", kept)
    elif isinstance(node, exp.Update):
        _unqualify_targets(node.expressions)
    elif isinstance(node, exp.ColumnDef) and (constraints := node.args.get("constraints")):
        node.set("constraints", [each for each in constraints if not _is_informational(each)])
    elif isinstance(node, exp.Schema):
        node.set("expressions", [e for e in node.expressions if not _is_informational(e)])


def repair(statement: Expr) -> Expr:
    """Rewrite one parsed statement, innermost parts first, before fakesnow's own rewriting."""
    for node in reversed(list(statement.walk(bfs=False))):
        _repair_statement(node)
        new = repaired_function(node)
        if new is not node:
            if node is statement:
                statement = new
            else:
                node.replace(new)
    return statement


def repair_merge(merge: exp.Merge) -> exp.Merge:
    """DuckDB's own MERGE is atomic, unlike fakesnow's three statements; spell it for DuckDB."""
    source = merge.args["using"].alias_or_name
    whens = merge.args["whens"]
    for when in whens.expressions if isinstance(whens, exp.Whens) else whens:
        then = when.args["then"]
        if isinstance(then, exp.Update):
            _unqualify_targets(then.expressions)
        elif isinstance(then, exp.Insert) and then.expression:
            for column in then.expression.find_all(exp.Column):
                if not column.table:
                    column.set("table", exp.to_identifier(source))
    return merge


def merge_counts(merge: exp.Merge, affected: int) -> Expr:
    """Snowflake's answer to MERGE; the total is right, its split between the columns is not."""
    performed = [name for name, positions in operations(merge).items() if positions]
    columns = ", ".join(
        f'{affected if position == 0 else 0} as "number of rows {name}"'
        for position, name in enumerate(performed)
    )
    counts = sqlglot.parse_one(f"select {columns}", read="duckdb")
    counts.set("merge_counts", True)
    return counts


def columns_of_lines(expr: exp.Select) -> exp.Select:
    """`$1` is the line: fakesnow reads each into a column of this name, and has `$1:a` as a column `a`."""
    for parameter in list(expr.find_all(exp.Parameter)):
        if parameter.name == "1":
            parameter.replace(exp.column("json"))
    return expr


def install() -> None:
    """Replace the functions of fakesnow that are wrong as a whole."""
    to_struct = fakesnow.arrow.timestamp_to_sf_struct
    macros = fakesnow.macros.creation_sql
    set_comment = fakesnow.info_schema.insert_table_comment_sql

    def nullable_timestamps(ts: pa.Array | pa.ChunkedArray) -> pa.Array:
        """A NULL timestamp was sent as 1970-01-01: keep the nulls of the column."""
        column = ts.combine_chunks() if isinstance(ts, pa.ChunkedArray) else ts
        struct = to_struct(column)
        positions = range(struct.type.num_fields)
        return pa.StructArray.from_arrays(
            [struct.field(position) for position in positions],
            fields=[struct.type.field(position).with_nullable(True) for position in positions],
            mask=column.is_null(),
        )

    def quoted_comment(catalog: str, schema: str, table: str, comment: str) -> str:
        return set_comment(catalog, schema, table, (comment or "").replace("'", "''"))

    def more_macros(catalog: str) -> str:
        return macros(catalog) + MACROS.format(db=catalog)

    fakesnow.arrow.timestamp_to_sf_struct = nullable_timestamps
    fakesnow.copy_into._strip_json_extract = columns_of_lines
    fakesnow.macros.creation_sql = more_macros
    fakesnow.info_schema.insert_table_comment_sql = quoted_comment
