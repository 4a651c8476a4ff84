"""The page in a browser: what it shows, what it complains about, what it asks for, how fast."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dbt_run_ledger.report.collect import Collected
from dbt_run_ledger.report.render import render
from dbt_run_ledger.report.view import rows_of, view
from tests.unit.report.browser import Browser, Page, browser_in
from tests.unit.report.made_rows import ERROR, empty, full, one_run

FOLDER = Path(sys.prefix) / "browser"
OPENS_WITHIN_SECONDS = 3.0

# The smallest contrast of any colour of text on either ground.
WEAKEST_CONTRAST = """(() => {
  const style = getComputedStyle(document.documentElement);
  const linear = (part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const light = (name) => {
    const text = style.getPropertyValue(`--${name}`).trim();
    const [r, g, b] = [1, 3, 5].map((at) => linear(parseInt(text.slice(at, at + 2), 16) / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const inks = ["ink", "soft", "accent", "succeeded", "partial", "failed", "lost", "cancelled", "running", "queued"];
  return Math.min(...inks.flatMap((ink) => ["card", "ground"].map((ground) => {
    const [low, high] = [light(ink), light(ground)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  })));
})()"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert FOLDER.is_dir(), "no browser in the environment: run `make setup`"
    with browser_in(FOLDER) as started:
        yield started


def opened(browser: Browser, found: Collected, folder: Path, scheme: str = "light") -> Page:
    file = folder / "report.html"
    file.write_text(render(view(found)), encoding="utf-8")
    page = browser.page()
    page.look(scheme=scheme)
    page.open(file)
    return page


def texts(page: Page, selector: str) -> list[str]:
    found: list[str] = page.value(
        f"[...document.querySelectorAll({selector!r})].map((each) => each.textContent.trim())"
    )
    return found


@pytest.mark.parametrize("rows", [empty, one_run, lambda: full(120)], ids=["empty", "one", "many"])
def test_it_opens_without_complaint_and_asks_for_nothing(
    browser: Browser, tmp_path: Path, rows: Callable[[], Collected]
) -> None:
    page = opened(browser, rows(), tmp_path)
    assert page.complaints == []
    assert page.requests == [(tmp_path / "report.html").as_uri()]
    assert len(texts(page, "main h2")) == 9


def test_it_shows_what_the_ledgers_say(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, full(120), tmp_path)
    assert texts(page, ".tiles dd") == ["120", "88.9%", "12", "0", "1", "30 s"]
    assert texts(page, "#days .legendtext") == ["cancelled", "failed", "succeeded"]
    assert texts(page, "#gantt .bartext, #gantt .bars text")[:1] == ["stg_orders"]
    assert "stg_orders, orders" in texts(page, "#timeline-facts")[0]
    assert texts(page, "#models .worse") == ["+300% slower"]
    assert texts(page, "#functions .worse") == ["+200%"]
    assert texts(page, "#ingestion .chains .badge") == ["failed", "succeeded"]
    assert texts(page, "#processing tbody:first-of-type th")[:3] == [
        "2026-11",
        "2026-10",
        "2026-09",
    ]
    assert texts(page, "#profiles .worse") == ["null rate"]
    assert ERROR in texts(page, "#run-rows td")


def test_the_runs_can_be_searched_turned_and_sorted_with_the_keyboard(
    browser: Browser, tmp_path: Path
) -> None:
    page = opened(browser, full(120), tmp_path)
    assert (len(texts(page, "#run-rows tr")), texts(page, "#page")) == (50, ["Page 1 of 3"])
    page.value("document.getElementById('older').focus()")
    page.press("Enter", 13, "\r")
    assert texts(page, "#page") == ["Page 2 of 3"]
    page.value("document.getElementById('search').focus()")
    page.press("<", 188, "<")
    assert texts(page, "#found") == ["12 of 120 runs"]
    page.value("document.querySelector('#models thead button').focus()")
    page.press("Enter", 13, "\r")
    assert texts(page, "#models tbody th")[0] == "customers"
    assert page.value("document.querySelector('#models thead th').ariaSort") == "ascending"
    page.value("document.getElementById('model-choice').focus()")
    assert page.value("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert page.complaints == []


def test_names_with_blanks_are_chosen_and_drawn(browser: Browser, tmp_path: Path) -> None:
    """The text of an option loses its blanks, so that no column of `First  Name ` would be found."""
    found = full(3)
    for row in (*rows_of(found.drift), *rows_of(found.profiles)):
        row["column_name"] = f" {row['column_name']}  of "
    for row in rows_of(found.functions):
        row["function_name"] = "check  out "
    page = opened(browser, found, tmp_path)
    assert page.complaints == []
    assert texts(page, "#profile .legendtext, #function .legendtext")[-2:] == [
        "null rate",
        "distinct rate",
    ]


def test_the_first_tab_stop_skips_to_the_report(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, one_run(), tmp_path)
    page.press("Tab", 9)
    assert page.value("document.activeElement.textContent") == "Skip to the report"
    unnamed = page.value(
        "[...document.querySelectorAll('select, input, [role=img], [role=region], button')]"
        ".filter((each) => !(each.labels?.length || each.ariaLabel || each.textContent.trim())).length"
    )
    assert unnamed == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(
    browser: Browser, tmp_path: Path, scheme: str
) -> None:
    """WCAG AA: 4.5 to 1, for each colour that the page writes in."""
    page = opened(browser, full(20), tmp_path, scheme)
    assert page.value("document.documentElement.dataset.scheme") == scheme
    weakest = page.value(WEAKEST_CONTRAST)
    assert weakest >= 4.5


def test_a_narrow_window_scrolls_its_tables_and_not_the_page(
    browser: Browser, tmp_path: Path
) -> None:
    page = opened(browser, full(20), tmp_path)
    page.look(width=360)
    page.wait_for("document.documentElement.scrollWidth <= 360")


def test_it_prints_light_and_without_what_only_a_screen_can_do(
    browser: Browser, tmp_path: Path
) -> None:
    page = opened(browser, full(20), tmp_path, "dark")
    page.look(scheme="dark", media="print")
    page.value("dispatchEvent(new Event('beforeprint'))")
    assert page.value("document.documentElement.dataset.scheme") == "light"
    hidden = (
        "[...document.querySelectorAll('nav, #filter, .pages')].every((each) => !each.offsetHeight)"
    )
    assert page.value(hidden)
    printed = page.printed()
    assert printed[:5] == b"%PDF-"
    assert printed.count(b"/Type /Page\n") >= 2
    page.value("dispatchEvent(new Event('afterprint'))")
    assert page.complaints == []


def test_ten_thousand_runs_open_within_three_seconds(browser: Browser, tmp_path: Path) -> None:
    """Processor time of the page's own thread, so that a busy machine does not decide."""
    page = browser.page()
    page.look()
    file = tmp_path / "report.html"
    file.write_text(render(view(full(10_000))), encoding="utf-8")
    page.call("Performance.enable", timeDomain="threadTicks")
    page.open(file)
    metrics = {
        each["name"]: each["value"] for each in page.call("Performance.getMetrics")["metrics"]
    }
    assert texts(page, "#found") == ["10,000 of 10,000 runs"]
    assert metrics["TaskDuration"] < OPENS_WITHIN_SECONDS
    assert page.complaints == []
