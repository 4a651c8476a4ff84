from collections.abc import Callable

import pytest

from dev.lint.problem import Problem

Find = Callable[[str, dict[str, str]], list[Problem]]
CHECK = "node_names"


@pytest.mark.parametrize(
    "path",
    [
        "models/staging/stg_run_ledger__profile_runs.sql",
        "models/run_summary/run_ledger__run_summary.sql",
        "models/run_summary/run_summary.yml",
        "analyses/process_execution_log/job_summary.sql",
    ],
)
def test_a_name_with_the_package_passes(find: Find, path: str) -> None:
    assert find(CHECK, {path: "x"}) == []


@pytest.mark.parametrize(
    "path",
    [
        "models/run_summary/run_summary.sql",
        "models/staging/stg_profile_runs.sql",
        "models/run_ledger_runs.sql",
        "models/run_ledger__dir/tests.sql",
        "models/runs.py",
        "seeds/users.csv",
    ],
)
def test_a_bare_name_is_reported(find: Find, path: str) -> None:
    assert [each.path for each in find(CHECK, {path: "x"})] == [path]
