"""A dbt SQL file as the checks need it: its tokens, its code without comments, its macros.

Jinja's own lexer cuts the file up, so that a quote, a comment or a tag is found where Jinja
finds it. It knows nothing of dbt's tags and does not need to: lexing comes before parsing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import jinja2

FOLDERS_WITH_JINJA = ("macros", "models", "analyses")
ADAPTERS = ("bigquery", "databricks", "duckdb", "postgres", "redshift", "snowflake", "spark")

_LEXER = jinja2.Environment(autoescape=False)  # noqa: S701  it only lexes, nothing is rendered
_OVERRIDE = re.compile(rf"^(default|{'|'.join(ADAPTERS)})__(.+)$")
_SQL_MARK = re.compile(r"--|/\*|\*/|'|\"|\n")
_ENDS_OF_TAG = {"block_begin": "block_end", "variable_begin": "variable_end"}


@dataclass(frozen=True)
class Token:
    line: int
    kind: str  # as Jinja's lexer names it: data, block_begin, name, operator, string ...
    value: str
    in_sql_quotes: bool = False  # it stands inside a single-quoted SQL text

    @property
    def text(self) -> str:
        """A string token's content, without its own quotes."""
        return self.value[1:-1] if self.kind == "string" else self.value


@dataclass(frozen=True)
class Definition:
    """One `{% macro %}`, `{% test %}` or `{% materialization %}`."""

    kind: str
    name: str
    arguments: tuple[str, ...]
    first_line: int
    last_line: int
    body: tuple[Token, ...]
    comment_before: str

    @property
    def prefix(self) -> str:
        """`default` or an adapter's name when this is the `<prefix>__x` of a dispatched macro."""
        match = _OVERRIDE.match(self.name)
        return match[1] if match else ""

    @property
    def public_name(self) -> str:
        match = _OVERRIDE.match(self.name)
        return match[2] if match else self.name

    @property
    def comment_inside(self) -> str:
        """The Jinja comment that opens the body, if one does."""
        for token in self.body:
            if token.kind == "comment":
                return token.value.strip()
            if token.kind != "comment_begin" and token.value.strip():
                return ""
        return ""

    @property
    def is_empty(self) -> bool:
        """Nothing but comments and white space between its two tags."""
        return not any(token.value.strip() for token in without_comments(self.body))


@dataclass(frozen=True)
class Source:
    path: str  # relative to the repository, with forward slashes
    text: str
    tokens: tuple[Token, ...] = field(repr=False)

    @cached_property
    def code(self) -> tuple[Token, ...]:
        """The tokens without Jinja comments, and with SQL comments blanked."""
        return tuple(_blank_sql_comments(without_comments(self.tokens)))

    @cached_property
    def code_lines(self) -> dict[int, str]:
        """Line number to the code on it. White space is not kept to the letter."""
        lines: dict[int, str] = {}
        for token in self.code:
            for offset, part in enumerate(token.value.split("\n")):
                lines[token.line + offset] = lines.get(token.line + offset, "") + part
        return lines

    @cached_property
    def tags(self) -> list[list[Token]]:
        """Each `{% ... %}` and `{{ ... }}`, as its tokens without white space."""
        found: list[list[Token]] = []
        end = ""
        for token in self.code:
            if not end and token.kind in _ENDS_OF_TAG:
                end = _ENDS_OF_TAG[token.kind]
                found.append([])
            if end and token.kind != "whitespace":
                found[-1].append(token)
            if token.kind == end:
                end = ""
        return found

    @cached_property
    def definitions(self) -> list[Definition]:
        return list(_definitions(self.tokens))

    @property
    def stem(self) -> str:
        return Path(self.path).stem

    def search(self, pattern: re.Pattern[str]) -> Iterator[tuple[int, str]]:
        """Each match in the code, comments left out, as (line, matched text)."""
        for line, text in sorted(self.code_lines.items()):
            for match in pattern.finditer(text):
                yield line, match[0]


def without_comments(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    return tuple(token for token in tokens if not token.kind.startswith("comment"))


def read(path: Path, root: Path) -> Source:
    """Raise `jinja2.TemplateSyntaxError` when Jinja cannot cut the file into tokens."""
    text = path.read_text(encoding="utf-8")
    tokens = tuple(Token(line, kind, value) for line, kind, value in _LEXER.lex(text))
    return Source(path.relative_to(root).as_posix(), text, tokens)


def sql_paths(root: Path, *folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (root / folder).rglob("*.sql"))


def sources(root: Path, *folders: str) -> list[Source]:
    """Every SQL file below the folders that Jinja can lex; `macro_syntax` reports the others."""
    found = []
    for path in sql_paths(root, *folders):
        try:
            found.append(read(path, root))
        except jinja2.TemplateSyntaxError:
            continue
    return found


def _blank_sql_comments(tokens: tuple[Token, ...]) -> Iterator[Token]:
    """Blank `--` and `/* */` in the SQL between the tags, and say what stands inside quotes.

    A tag inside an SQL comment is still run by Jinja, so it stays.
    """
    inside = ""  # one of: '  "  --  /*
    for token in tokens:
        if token.kind != "data":
            yield replace(token, in_sql_quotes=inside == "'")
            continue
        kept, position = "", 0
        for mark in [*_SQL_MARK.finditer(token.value), None]:
            start, end = mark.span() if mark else (len(token.value), len(token.value))
            if inside not in ("--", "/*"):
                kept += token.value[position:start]
            position = end
            if mark:
                after = _next_state(inside, mark[0])
                if mark[0] == "\n" or not {inside, after} & {"--", "/*"}:
                    kept += mark[0]
                inside = after
        yield replace(token, value=kept)


def _next_state(inside: str, mark: str) -> str:
    """What encloses the SQL after the mark. A line's end closes quotes too: it is far more often
    an apostrophe that was no quote than a text of two lines, and one slip must not spread."""
    if mark == "\n":
        return inside if inside == "/*" else ""
    if not inside:
        return "" if mark == "*/" else mark
    closes = {"'": "'", '"': '"', "/*": "*/"}
    return "" if closes.get(inside) == mark else inside


def _definitions(tokens: tuple[Token, ...]) -> Iterator[Definition]:
    kind = comment = ""
    head: list[Token] = []
    start = body_start = 0
    for index, token in enumerate(tokens):
        if token.kind != "block_begin":
            continue
        tag = _tag(tokens, index)
        word = tag[0].value if tag else ""
        if not kind and word in ("macro", "test", "materialization"):
            kind, head, start = word, tag, index
            body_start = index + _length_of_tag(tokens, index)
            comment = _comment_that_ends_at(tokens, index)
        elif kind and word == f"end{kind}":
            last_line = tag[0].line
            name = next((part.value for part in head[1:] if part.kind == "name"), "")
            yield Definition(
                kind=kind,
                name=name,
                arguments=_arguments(head),
                first_line=tokens[start].line,
                last_line=last_line,
                body=tokens[body_start:index],
                comment_before=comment,
            )
            kind = ""


def _length_of_tag(tokens: tuple[Token, ...], start: int) -> int:
    for offset, token in enumerate(tokens[start:]):
        if token.kind == "block_end":
            return offset + 1
    return len(tokens) - start


def _tag(tokens: tuple[Token, ...], start: int) -> list[Token]:
    inside = tokens[start + 1 : start + _length_of_tag(tokens, start) - 1]
    return [token for token in inside if token.kind != "whitespace"]


def _arguments(head: list[Token]) -> tuple[str, ...]:
    """The names right after the opening bracket or a comma of `macro name(a, b: string = 1)`."""
    depth = 0
    names: list[str] = []
    for before, token in pairwise(head):
        if before.kind == "operator" and before.value in "([{":
            depth += 1
        elif before.kind == "operator" and before.value in ")]}":
            depth -= 1
        starts_argument = before.kind == "operator" and before.value in "(,"
        if depth == 1 and starts_argument and token.kind == "name":
            names.append(token.value)
    return tuple(names)


def _comment_that_ends_at(tokens: tuple[Token, ...], index: int) -> str:
    """The Jinja comment with nothing but white space between it and the token at `index`."""
    for token in reversed(tokens[:index]):
        if token.kind == "comment":
            return token.value.strip()
        if token.kind != "comment_end" and token.value.strip():
            return ""
    return ""
