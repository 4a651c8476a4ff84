"""Text without secrets, by the patterns of the package's macro secret_patterns()."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_HALF_A_PAIR = re.compile("[\ud800-\udfff]")


class Redaction:
    """patterns: what to replace and by what; secrets: values that must not appear at all."""

    def __init__(
        self, patterns: Iterable[Sequence[str]], secrets: Iterable[str] = (), *, longest: int
    ) -> None:
        self._patterns = [(re.compile(pattern), by) for pattern, by in patterns]
        self._secrets = sorted({each for each in secrets if each}, key=len, reverse=True)
        self._longest = longest

    def __call__(self, text: str) -> str:
        # Far more than is kept: a secret must not be cut in two before it is found.
        text = clean(text)[: 4 * self._longest + 100_000]
        for secret in self._secrets:
            text = text.replace(secret, "***")
        for pattern, by in self._patterns:
            text = pattern.sub(by, text)
        return text


def clean(text: str) -> str:
    """Text that every warehouse can hold, as the macro clean_text() makes it."""
    return _HALF_A_PAIR.sub("\ufffd", text.replace("\x00", "\u2400"))
