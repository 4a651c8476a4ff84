"""Statistics as small pictures: what a column's values look like in eight characters."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any

BARS = "▁▂▃▄▅▆▇█"
BINS = 8
_QUANTILES = {"p05": 0.05, "p25": 0.25, "median": 0.5, "p75": 0.75, "p95": 0.95}


def histogram(metrics: Mapping[str, Any]) -> list[float]:
    """Shares of the values in eight equal parts between the ends, straight between the quantiles.

    For texts the shares of the most frequent values; nothing where neither is known.
    """
    low, high = metrics.get("min"), metrics.get("max")
    if isinstance(low, int | float) and isinstance(high, int | float) and "median" in metrics:
        points = [(float(low), 0.0)]
        points += [(float(metrics[name]), share) for name, share in _QUANTILES.items()]
        return _shares([*points, (float(high), 1.0)])
    top = json.loads(metrics.get("top_values") or "[]")
    total = sum(weight for _, weight in top)
    return [weight / total for _, weight in top[:BINS]] if total else []


def drawn(shares: Sequence[float]) -> str:
    highest = max(shares, default=0)
    return "".join(BARS[round(share / highest * (BINS - 1))] for share in shares) if highest else ""


def _shares(points: Sequence[tuple[float, float]]) -> list[float]:
    low, high = points[0][0], points[-1][0]
    if low == high:
        return [1.0]
    edges = [low + (high - low) * number / BINS for number in range(1, BINS)]
    below = [0.0, *(_below(edge, points) for edge in edges), 1.0]
    return [max(end - start, 0.0) for start, end in itertools.pairwise(below)]


def _below(value: float, points: Sequence[tuple[float, float]]) -> float:
    """The share of the values up to this one."""
    share = 0.0
    for (left, left_share), (right, right_share) in itertools.pairwise(points):
        if value >= right:
            share = right_share
        elif value > left:
            return left_share + (right_share - left_share) * (value - left) / (right - left)
    return share
