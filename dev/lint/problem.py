"""What a check reports."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One broken rule at one place.

    `message` reads 'expected X, got Y. What to do.', so that nobody has to look the rule up.
    """

    path: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}  {self.message}"
