"""A profile for people: a table for the terminal and a page for a browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from dbt_run_ledger.profile_runs.shape import drawn, histogram
from dbt_run_ledger.terminal import printable, shortened, table

COLUMNS = ("column", "type", "null", "distinct", "min", "median", "mean", "max", "shape")
_WIDTH = 24
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; color: #222 }
table { border-collapse: collapse; margin-bottom: 2rem }
th, td { padding: .25rem .75rem; text-align: left; border-bottom: 1px solid #ddd; vertical-align: bottom }
svg { background: #f4f4f4 }
rect { fill: #4472a8 }
.failed { color: #a00 }
"""

Profile = Mapping[str, Any]


def row_of(name: str, metrics: Mapping[str, Any]) -> dict[str, Any]:
    """One column's line: numbers where there are some, else texts."""
    texts = metrics.get("texts", {})
    rate = metrics.get("null_rate")
    return {
        "column": name,
        "type": metrics.get("data_type"),
        "null": None if rate is None else f"{rate:.1%}",
        "distinct": _number(metrics.get("distinct_count")),
        **{
            each: shortened(str(texts.get(each) or _number(metrics.get(each)) or "-"), _WIDTH)
            for each in ("min", "median", "mean", "max")
        },
        "shape": drawn(histogram(metrics)),
    }


def as_text(profiles: Sequence[Profile]) -> str:
    return "\n\n".join(_one_as_text(profile) for profile in profiles)


def _one_as_text(profile: Profile) -> str:
    head = printable(title(profile))
    if profile["status"] != "SUCCEEDED":
        return f"{head}\n{printable(profile['error_message'] or '')}".rstrip()
    rows = [row_of(name, metrics) for name, metrics in profile["columns"].items()]
    return f"{head}\n{table(rows, COLUMNS)}"


def title(profile: Profile) -> str:
    parts = [profile["table"], profile["status"]]
    if profile["row_count"] is not None:
        parts.append(f"{_number(profile['row_count'])} rows")
    if profile["sample_rate"] is not None:
        parts.append(f"a sample of {profile['sample_rate']:.2%}")
    return "  ".join(parts)


def as_html(profiles: Sequence[Profile]) -> str:
    body = "".join(_one_as_html(profile) for profile in profiles)
    head = f'<meta charset="utf-8"><title>Profiles</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>\n'


def _one_as_html(profile: Profile) -> str:
    head = f"<h2>{escape(title(profile))}</h2>"
    if profile["status"] != "SUCCEEDED":
        return f'{head}<p class="failed">{escape(profile["error_message"] or "")}</p>'
    titles = "".join(f"<th>{escape(name)}</th>" for name in COLUMNS)
    rows = ""
    for name, metrics in profile["columns"].items():
        row = row_of(name, metrics)
        cells = "".join(f"<td>{escape(str(row[each] or '-'))}</td>" for each in COLUMNS[:-1])
        rows += f"<tr>{cells}<td>{_svg(histogram(metrics))}</td></tr>"
    return f"{head}<table><thead><tr>{titles}</tr></thead><tbody>{rows}</tbody></table>"


def _svg(shares: Sequence[float]) -> str:
    highest = max(shares, default=0)
    if not highest:
        return ""
    bars = "".join(
        f'<rect x="{number * 12}" y="{30 - height:.1f}" width="10" height="{height:.1f}"/>'
        for number, share in enumerate(shares)
        for height in [share / highest * 30]
    )
    return f'<svg width="{len(shares) * 12}" height="30" role="img">{bars}</svg>'


def _number(value: float | str | None) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return f"{value:,.0f}" if value == int(value) else f"{value:,.4g}"
