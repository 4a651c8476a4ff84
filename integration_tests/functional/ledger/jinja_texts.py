"""Hand texts to dbt so that nothing on the way can change them.

A macro file holds them as JSON in which every sign but letters, digits and blanks is escaped: no
quote, brace or backslash of a text is ever seen by a shell, YAML or Jinja.
"""

from __future__ import annotations

import re
from collections.abc import Sequence


def _escaped(match: re.Match[str]) -> str:
    units = match.group().encode("utf-16-be", "surrogatepass")
    return "".join(f"\\\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def jinja_text(text: str) -> str:
    """The text as a Jinja expression."""
    return "fromjson('\"" + re.sub(r"[^A-Za-z0-9 ]", _escaped, text) + "\"')"


def batch_macro(texts: Sequence[str]) -> str:
    """A macro file with batch(), which returns the texts."""
    inner = ", ".join('"' + re.sub(r"[^A-Za-z0-9 ]", _escaped, text) + '"' for text in texts)
    return "{% macro batch() %}{{ return(fromjson('[" + inner + "]')) }}{% endmacro %}\n"


def cleaned(text: str) -> str:
    """What is documented in clean_text(): NUL becomes its picture, half a surrogate pair U+FFFD."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text.replace("\x00", "\u2400"))
