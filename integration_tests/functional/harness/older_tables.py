"""Tables of models as a version of the package before their contracts left them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from integration_tests.functional.harness.project import Project


def make_older(
    project: Project, table: str, types: Mapping[str, str], without: Collection[str] = ()
) -> None:
    """Give columns of a table another type, and take some away. The table has a row at least."""
    name = project.name_of(table)
    columns = [each for each in project.table(table)[0] if each not in without]
    items = [
        f"cast({each} as {types[each]}) as {each}" if each in types else each for each in columns
    ]
    project.query(f"create table {name}_older as select {', '.join(items)} from {name}")
    project.query(f"drop table {name}")
    project.query(f"create table {name} as select * from {name}_older")
    project.query(f"drop table {name}_older")
