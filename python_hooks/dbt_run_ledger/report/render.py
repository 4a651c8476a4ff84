"""The page: one HTML file that asks the network for nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from dbt_run_ledger import __version__
from dbt_run_ledger.command_line import as_json_value
from dbt_run_ledger.errors import MissingDependencyError
from dbt_run_ledger.report.view import STATUSES, reasons, span, text_of

INSTALL = "pip install 'dbt-run-ledger[report]'"


def render(shown: Mapping[str, Any]) -> str:
    """The page of what view() reckoned."""
    try:
        import jinja2
    except ModuleNotFoundError as error:
        raise MissingDependencyError(f"The report needs Jinja2: {INSTALL}.") from error
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(
        span=span, moment=text_of, percent=percent, change=change, count=count, reasons=reasons
    )
    template = environment.from_string(_text("report.html.j2"))
    return template.render(
        **shown,
        statuses=STATUSES,
        json=script_json(shown["data"]),
        style=_text("report.css"),
        script=_text("report.js"),
        charts=charts_script(),
        version=__version__,
    )


def charts_script() -> str:
    """plotly.js as the package plotly carries it."""
    try:
        from plotly.offline import get_plotlyjs
    except ModuleNotFoundError as error:
        raise MissingDependencyError(f"The report needs plotly: {INSTALL}.") from error
    # The end tag of a script inside the script would end it.
    return str(get_plotlyjs()).replace("</script", "<\\/script")


def script_json(value: object) -> str:
    """JSON that is safe inside a script element, whatever its texts say."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=as_json_value)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def percent(value: object) -> str:
    return "-" if value is None else f"{float(value):.1%}"  # type: ignore[arg-type]  # a number


def change(value: object) -> str:
    """A ratio as what it means: 0.25 is +25 %."""
    return "-" if value is None else f"{float(value):+.0%}"  # type: ignore[arg-type]  # a number


def count(value: object) -> str:
    return "-" if value is None else f"{int(value):,}"  # type: ignore[call-overload]  # a number


def _text(name: str) -> str:
    return (resources.files(__package__) / "page" / name).read_text(encoding="utf-8")
