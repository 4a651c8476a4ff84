"""Run a parsed block of Snowflake Scripting, one statement after the other, on one session."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from integration_tests.functional.harness.scripting import (
    TOKEN,
    Block,
    If,
    Let,
    Return,
    Sql,
    Statement,
)


def substitute(expression: str, variables: Mapping[str, object]) -> str:
    """Put the values of sqlerrm, sqlcode ... in the place of their names, outside quoted text."""

    def replaced(match: re.Match[str]) -> str:
        word = match.group().lower()
        if match.lastgroup != "word" or word not in variables:
            return match.group()
        value = variables[word]
        if value is None:
            return "null"
        if isinstance(value, int):
            return str(value)
        return "'" + str(value).replace("\\", "\\\\").replace("'", "''") + "'"

    return TOKEN.sub(replaced, expression)


class Returned(Exception):  # noqa: N818 - control flow, as in the language it emulates
    """A `return` was reached."""

    def __init__(self, value: object) -> None:
        self.value = value


# Runs one statement and gives the first column of its first row, and the number of rows affected.
RunSql = Callable[[str], tuple[object, int]]


def run_block(block: Block, run_sql: RunSql, errors: type[Exception]) -> object:
    """Run the statements in order on one session; the value of `return`, else None."""
    try:
        _run(block, run_sql, errors, {"sqlrowcount": None})
    except Returned as returned:
        return returned.value
    return None


def _run(
    statement: Statement,
    run_sql: RunSql,
    errors: type[Exception],
    variables: dict[str, object],
) -> None:
    def run_all(statements: tuple[Statement, ...]) -> None:
        for each in statements:
            _run(each, run_sql, errors, variables)

    if isinstance(statement, Sql):
        _, variables["sqlrowcount"] = run_sql(statement.text)
    elif isinstance(statement, Return):
        raise Returned(run_sql(f"select {substitute(statement.expression, variables)}")[0])
    elif isinstance(statement, Let):
        expression = substitute(statement.expression, variables)
        variables[statement.name] = run_sql(f"select {expression}")[0]
    elif isinstance(statement, If):
        condition = substitute(statement.condition, variables)
        is_true = run_sql(f"select case when {condition} then 1 else 0 end")[0]
        run_all(statement.then if is_true else statement.otherwise)
    elif statement.handler is None:
        run_all(statement.statements)
    else:
        try:
            run_all(statement.statements)
        except errors as error:
            variables["sqlerrm"] = str(getattr(error, "raw_msg", None) or error)
            variables["sqlcode"] = getattr(error, "errno", None) or -1
            variables["sqlstate"] = getattr(error, "sqlstate", None)
            run_all(statement.handler)
