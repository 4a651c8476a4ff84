"""The critical path, the use of threads, and which steps have grown slower."""

from __future__ import annotations

from dbt_run_ledger.report.steps import model_trends, timeline
from tests.unit.process_execution_log.made_jobs import job, step
from tests.unit.report.made_rows import full, three_steps


def test_the_critical_path_is_the_chain_that_the_end_waited_for() -> None:
    found = timeline(three_steps())
    assert found["critical"] == ["stg_orders", "orders"]
    assert found["critical_seconds"] == 3.0
    # 1 + 2 seconds on the first thread, half a second on the second, of 3 seconds each.
    assert (found["threads"], found["use"]) == (2, round(3.5 / 6, 4))


def test_a_step_that_never_started_is_no_bar_and_one_that_runs_ends_now() -> None:
    running = job(
        "RUNNING", step("first", "RUNNING", start=1), step("later", "SKIPPED", start=None), now=5
    )
    (bar,) = timeline(running)["bars"]
    assert (bar["name"], bar["from"], bar["to"]) == ("first", 1.0, 5.0)


def test_a_job_without_steps_has_no_path() -> None:
    found = timeline(job("SUCCESS", end=1, now=2))
    assert (found["bars"], found["critical"], found["use"]) == ([], [], None)


def test_a_step_is_slower_when_its_last_three_runs_are() -> None:
    trends = {each["name"]: each for each in model_trends(full(0).jobs_with_steps)}
    orders, staged = trends["orders"], trends["stg_orders"]
    assert (orders["usual_ms"], orders["median_ms"], orders["change"]) == (1000, 4000, 3.0)
    assert (orders["is_regressed"], staged["is_regressed"]) == (True, False)
    assert (trends["revenue"]["runs"], trends["revenue"]["failures"]) == (12, 1)
    # Regressions come first, then what takes most time.
    assert list(trends)[:2] == ["orders", "stg_orders"]


def test_two_runs_say_nothing_of_a_trend() -> None:
    (found,) = model_trends([job("SUCCESS", step("a", start=0, end=9), end=9)] * 2)
    assert (found["usual_ms"], found["change"], found["is_regressed"]) == (None, None, False)
