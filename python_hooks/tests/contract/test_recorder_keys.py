"""The recorder's documents have the keys and the words of the macros that write the same columns."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dbt_run_ledger.recorder import state

MACROS = Path(__file__).resolve().parents[3] / "macros" / "process_execution_log"
NODE = state.Node("model.shop.a", "a", "model")


def keys_in(macro: str, after: str = "return({", until: str = "}") -> list[str]:
    """The keys of the mapping that a macro returns, in their order."""
    text = (MACROS / f"{macro}.sql").read_text()
    mapping = text[text.index(after) :]
    return re.findall(r"'(\w+)':", mapping[: mapping.index(until)])


def failed_job() -> state.JobState:
    job = state.JobState()
    job.apply(state.NodeFinished(NODE, "error", None, 1, message="no"))
    job.close("FAILED", "because")
    return job


@pytest.mark.parametrize("macro", ["event_step", "job_steps"])
def test_a_step(macro: str) -> None:
    """X22, X60."""
    after = "set step = {" if macro == "job_steps" else "return({"
    (step,) = failed_job().document()["models"]
    assert list(step) == keys_in(macro, after)


def test_the_counts() -> None:
    """X19, X60."""
    assert list(failed_job().counts()) == keys_in("job_counts")


def test_the_document() -> None:
    """X20, X60."""
    document = failed_job().document()
    assert list(document) == keys_in("job_document")
    assert list(document["summary"]) == keys_in("step_summary")


def test_the_errors() -> None:
    """X21, X41, X60."""
    expected = keys_in("job_errors", "errors.append({")
    assert [list(error) for error in failed_job().errors()] == [expected, expected]


def test_the_words() -> None:
    """X22, X40-X42: dbt's words mean the same to both."""
    text = (MACROS / "step_statuses.sql").read_text()
    assert dict(re.findall(r"'([a-z -]+)': '([A-Z]+)'", text)) == state.STEP_STATUSES
