"""Snowflake Scripting, the small part that the package uses: read a block.

    execute immediate 'begin
      <statement>;
      if (exists(select ...)) then <statement>; else <statement>; end if;
      let <name> [<type>] := <expression>;
      return <expression>;
    exception when other then
      return sqlerrm;
    end'

Only this shape is known; anything else is refused, so that a test cannot pass on a block that was
not really run. https://docs.snowflake.com/en/developer-guide/snowflake-scripting/blocks
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Quoted text and comments are one token each, so that a `;` or a keyword inside them is not seen.
TOKEN = re.compile(
    r"""(?P<skip>\s+|--[^\n]*|//[^\n]*|/\*.*?\*/)
    |(?P<text>'(?:[^'\\]|''|\\.)*'|\$\$.*?\$\$|"(?:[^"]|"")*")
    |(?P<word>[A-Za-z_]\w*)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_EXECUTE_IMMEDIATE = re.compile(r"\s*execute\s+immediate\s+", re.IGNORECASE)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "f": "\f"}
# After `begin`, these mean a transaction and not a nested block.
_TRANSACTION_WORDS = {"transaction", "work", "name", ";", ""}


class ScriptingError(Exception):
    """The block is not of a shape that this emulation runs."""


@dataclass(frozen=True)
class Sql:
    text: str


@dataclass(frozen=True)
class Return:
    expression: str


@dataclass(frozen=True)
class Let:
    name: str
    expression: str


@dataclass(frozen=True)
class If:
    condition: str
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...] = ()


@dataclass(frozen=True)
class Block:
    statements: tuple[Statement, ...]
    handler: tuple[Statement, ...] | None = None


Statement = Sql | Return | Let | If | Block


@dataclass(frozen=True)
class _Token:
    kind: str
    start: int
    end: int
    value: str


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = [
            _Token(match.lastgroup or "", match.start(), match.end(), match.group().lower())
            for match in TOKEN.finditer(source)
            if match.lastgroup != "skip"
        ]
        self.position = 0

    def peek(self, ahead: int = 0) -> str:
        index = self.position + ahead
        return self.tokens[index].value if index < len(self.tokens) else ""

    def expect(self, *values: str) -> None:
        for value in values:
            if self.peek() != value:
                raise ScriptingError(f"expected `{value}`, got `{self.peek() or 'the end'}`")
            self.position += 1

    def text_until(self, *stops: str) -> str:
        """The source up to one of the stops that is outside parentheses; leaves the stop there."""
        first = self.position
        depth = 0
        while self.peek() and not (depth == 0 and self.peek() in stops):
            depth += {"(": 1, ")": -1}.get(self.peek(), 0)
            self.position += 1
        if not self.peek():
            raise ScriptingError(f"expected `{stops[0]}`, got the end")
        if self.position == first:
            raise ScriptingError(f"expected a statement before `{self.peek()}`")
        return self.source[self.tokens[first].start : self.tokens[self.position - 1].end]

    def block(self) -> Block:
        self.expect("begin")
        statements = self.statements("exception", "end")
        handler = None
        if self.peek() == "exception":
            self.expect("exception", "when", "other", "then")
            handler = self.statements("end")
        self.expect("end")
        return Block(statements, handler)

    def statements(self, *stops: str) -> tuple[Statement, ...]:
        found: list[Statement] = []
        while self.peek() not in stops:
            found.append(self.statement())
            self.expect(";")
        return tuple(found)

    def statement(self) -> Statement:
        word = self.peek()
        if word == "begin" and self.peek(1) not in _TRANSACTION_WORDS:
            return self.block()
        if word == "return":
            self.position += 1
            return Return(self.text_until(";"))
        if word == "let":
            self.position += 1
            # The name and perhaps a type stand before `:=`.
            name, _, expression = self.text_until(";").partition(":=")
            return Let(name.split()[0].lower(), expression.strip())
        if word == "if":
            return self.conditional()
        if word in {"declare", "for", "while", "loop", "case", "raise", "call", "elseif"}:
            raise ScriptingError(f"`{word}` is not emulated")
        return Sql(self.text_until(";"))

    def conditional(self) -> If:
        self.expect("if")
        condition = self.text_until("then")
        self.expect("then")
        then = self.statements("else", "elseif", "end")
        otherwise: tuple[Statement, ...] = ()
        if self.peek() == "else":
            self.expect("else")
            otherwise = self.statements("end")
        self.expect("end", "if")
        return If(condition, then, otherwise)


def immediate_text(command: str) -> str | None:
    """The SQL inside `execute immediate '<sql>'`, or None for any other command."""
    head = _EXECUTE_IMMEDIATE.match(command)
    if not head:
        return None
    # dbt appends a comment to every statement that it sends to Snowflake.
    tokens = [found for found in TOKEN.finditer(command, head.end()) if found.lastgroup != "skip"]
    if len(tokens) > 1 and tokens[-1].group() == ";":
        tokens.pop()
    literal = tokens[0].group() if len(tokens) == 1 else ""
    if not literal.startswith(("'", "$$")):
        raise ScriptingError("`execute immediate` is emulated with one text literal only")
    if literal.startswith("$$"):
        return literal[2:-2]
    return re.sub(
        r"''|\\(.)",
        lambda match: _ESCAPES.get(match[1], match[1]) if match[1] else "'",
        literal[1:-1],
        flags=re.DOTALL,
    )


def parse_block(source: str) -> Block | None:
    """The block, or None when the text is one plain statement."""
    parser = _Parser(source)
    if parser.peek() == "declare":
        raise ScriptingError("`declare` is not emulated")
    if parser.peek() != "begin" or parser.peek(1) in _TRANSACTION_WORDS:
        return None
    block = parser.block()
    if parser.peek() == ";":
        parser.expect(";")
    if parser.peek():
        raise ScriptingError(f"unexpected `{parser.peek()}` after the block")
    return block
