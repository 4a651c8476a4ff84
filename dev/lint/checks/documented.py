"""Rule 12: every macro and every model is documented, where and how readers look for it."""

import re
from pathlib import Path, PurePosixPath

from dev.lint import jinja_source
from dev.lint.jinja_source import Definition
from dev.lint.problem import Problem
from dev.lint.property_files import Entry, PropertyFiles

RULE = "documented"

_GRAIN = re.compile(r"\bone row (?:per|for each|for every|a)\b", re.IGNORECASE)
_END_OF_SENTENCE = re.compile(r"[.:;](?:\s|$)|\n\s*\n")


def check(root: Path) -> list[Problem]:
    return [*_macros(root), *_models(root), *_sources(root)]


def _macros(root: Path) -> list[Problem]:
    files = PropertyFiles(root, "macros")
    entries = _by_name(files.top_level("macros"))
    problems = _doubles(entries, "macro")
    known = set()
    for source in jinja_source.sources(root, "macros"):
        for definition in source.definitions:
            known.add(_name_in_yml(definition))
            if definition.prefix:
                known.add(definition.name)  # may be documented, need not be
                continue
            entry = entries.get(_name_in_yml(definition), [None])[0]
            if entry is None:
                problems.append(
                    _problem(
                        source.path,
                        definition.first_line,
                        f"an entry '{_name_in_yml(definition)}' under `macros:` in a yml below "
                        "macros/",
                        "none",
                        "Add one with a description and its arguments.",
                    )
                )
            else:
                problems += _macro_entry(files, entry, definition)
    return problems + _entries_of_nothing(entries, known, "macro")


def _name_in_yml(definition: Definition) -> str:
    """dbt registers a generic test as test_<name>, a materialization with its adapter."""
    if definition.kind == "test":
        return f"test_{definition.name}"
    if definition.kind == "materialization":
        return f"materialization_{definition.name}_default"
    return definition.name


def _macro_entry(files: PropertyFiles, entry: Entry, definition: Definition) -> list[Problem]:
    problems = _descriptions([entry], f"macro '{entry.name}'")
    arguments = files.below(entry, "arguments")
    problems += _descriptions(arguments, f"an argument of '{entry.name}'")
    documented = [argument.name for argument in arguments]
    if sorted(documented) != sorted(definition.arguments):
        problems.append(
            _problem(
                entry.path,
                entry.line,
                f"the arguments of '{entry.name}' to be ({', '.join(definition.arguments)})",
                f"({', '.join(documented)})",
                "Make the yml and the signature name the same ones.",
            )
        )
    return problems


def _models(root: Path) -> list[Problem]:
    files = PropertyFiles(root, "models")
    entries = _by_name(files.top_level("models"))
    problems = _doubles(entries, "model")
    names = set()
    for path in jinja_source.sql_paths(root, "models"):
        where = path.relative_to(root).as_posix()
        names.add(path.stem)
        entry = entries.get(path.stem, [None])[0]
        folder = str(PurePosixPath(where).parent)
        if entry is None or str(PurePosixPath(entry.path).parent) != folder:
            problems.append(
                _problem(
                    where,
                    1,
                    f"an entry '{path.stem}' under `models:` in a yml in {folder}/",
                    f"one in {entry.path}" if entry else "none",
                    "Put it beside the model, with its grain and every column.",
                )
            )
        if entry is not None:
            problems += _model_entry(files, entry)
    return problems + _entries_of_nothing(entries, names, "model")


def _model_entry(files: PropertyFiles, entry: Entry) -> list[Problem]:
    problems = _descriptions([entry], f"model '{entry.name}'")
    first_sentence = _END_OF_SENTENCE.split(entry.description, maxsplit=1)[0]
    if entry.description and not _GRAIN.search(first_sentence):
        problems.append(
            _problem(
                entry.path,
                entry.line,
                f"the first sentence about '{entry.name}' to state its grain ('One row per ...')",
                f"'{first_sentence}'",
                "Say first what one row of it is.",
            )
        )
    columns = files.below(entry, "columns")
    if not columns:
        problems.append(
            _problem(
                entry.path,
                entry.line,
                f"the columns of '{entry.name}'",
                "none",
                "List each with its description, unit and zone.",
            )
        )
    return problems + _descriptions(columns, f"a column of '{entry.name}'")


def _sources(root: Path) -> list[Problem]:
    files = PropertyFiles(root, "models")
    problems = []
    for source in files.top_level("sources"):
        for table in files.below(source, "tables"):
            where = f"{source.name}.{table.name}"
            problems += _descriptions([table], f"source table '{where}'")
            problems += _descriptions(files.below(table, "columns"), f"a column of '{where}'")
    return problems


def _by_name(entries: list[Entry]) -> dict[str, list[Entry]]:
    grouped: dict[str, list[Entry]] = {}
    for entry in entries:
        grouped.setdefault(entry.name, []).append(entry)
    return grouped


def _descriptions(entries: list[Entry], what: str) -> list[Problem]:
    return [
        _problem(
            entry.path,
            entry.line,
            f"a description of {what}" + ("" if f"'{entry.name}'" in what else f", '{entry.name}'"),
            "none",
            "Write what a reader cannot tell from the name.",
        )
        for entry in entries
        if not entry.description
    ]


def _doubles(entries: dict[str, list[Entry]], kind: str) -> list[Problem]:
    return [
        _problem(
            second.path,
            second.line,
            f"one entry for {kind} '{name}'",
            f"another in {found[0].path}",
            "Keep one.",
        )
        for name, found in entries.items()
        for second in found[1:]
    ]


def _entries_of_nothing(
    entries: dict[str, list[Entry]], known: set[str], kind: str
) -> list[Problem]:
    return [
        _problem(
            found[0].path,
            found[0].line,
            f"a {kind} named '{name}'",
            "an entry without one",
            "Remove the entry, or correct its name.",
        )
        for name, found in entries.items()
        if name not in known
    ]


def _problem(path: str, line: int, expected: str, got: str, todo: str) -> Problem:
    return Problem(path, line, RULE, f"expected {expected}, got {got}. {todo}")
