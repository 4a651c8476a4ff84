"""Rule 1: one public macro per file, and the file is named after it."""

from pathlib import Path

from dev.lint import jinja_source
from dev.lint.jinja_source import Definition, Source
from dev.lint.problem import Problem

RULE = "one_macro_per_file"


def check(root: Path) -> list[Problem]:
    problems = [
        Problem(
            path.relative_to(root).as_posix(),
            1,
            RULE,
            f"expected a file named after what it holds, got '{path.name}'. "
            "Rename it without the underscore: nothing under macros/ is private to a file.",
        )
        for path in sorted((root / "macros").rglob("_*.sql"))
        if path.is_file()
    ]
    for source in jinja_source.sources(root, "macros"):
        problems += _in_file(source)
    return problems


def _in_file(source: Source) -> list[Problem]:
    problems = [
        Problem(
            source.path,
            definition.first_line,
            RULE,
            f"expected only '{source.stem}' and its default__ and adapter forms, "
            f"got {definition.kind} '{definition.name}'. Move it to a file of its own.",
        )
        for definition in source.definitions
        if not _belongs(definition, source.stem)
    ]
    public = [
        each for each in source.definitions if not each.prefix and _belongs(each, source.stem)
    ]
    if not problems and len(public) != 1:
        problems.append(
            Problem(
                source.path,
                public[-1].first_line if public else 1,
                RULE,
                f"expected one macro, test or materialization named '{source.stem}', "
                f"got {len(public)}. Name the file after its one public macro.",
            )
        )
    return problems


def _belongs(definition: Definition, stem: str) -> bool:
    # dbt calls the macro behind `{% test x %}` test_x, so its dispatched forms are named so too.
    return definition.public_name == stem or (
        bool(definition.prefix) and definition.public_name == f"test_{stem}"
    )
