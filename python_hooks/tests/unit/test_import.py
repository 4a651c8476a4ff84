"""dbt imports `dbt_run_ledger` at each command of each project, so it must cost nothing."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import dbt_run_ledger

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ROOT / "python_hooks"
LONGEST_IMPORT_MS = 50

WHAT_IT_IMPORTS = """
import sys
before = set(sys.modules)
sys.path.insert(0, sys.argv[1])
import dbt_run_ledger
print(*sorted(set(sys.modules) - before))
"""


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=True, timeout=60
    )


def test_it_imports_nothing_outside_the_standard_library() -> None:
    imported = python("-c", WHAT_IT_IMPORTS, str(SOURCES)).stdout.split()
    assert "dbt_run_ledger" in imported
    foreign = {name.split(".")[0] for name in imported} - set(sys.stdlib_module_names)
    assert foreign == {"dbt_run_ledger"}


def test_it_imports_within_a_blink() -> None:
    code = f"import sys; sys.path.insert(0, {str(SOURCES)!r}); import dbt_run_ledger"
    times = []
    for _ in range(3):  # the best of three: another process may have had the machine
        report = python("-X", "importtime", "-c", code).stderr
        line = re.search(r"\|\s*(\d+) \|\s*dbt_run_ledger$", report, re.MULTILINE)
        assert line, report
        times.append(int(line[1]) / 1000)
    assert min(times) < LONGEST_IMPORT_MS


SWITCHED_OFF = """
import sys, time, types
import click
import dbt.cli.main
sys.path.insert(0, sys.argv[1])
vars = types.SimpleNamespace(vars={"run_ledger_recorder": False})
flags = types.SimpleNamespace(WHICH="run", VARS={})
with click.Context(click.Command("run"), obj={"flags": flags, "project": types.SimpleNamespace(vars=vars)}):
    begun = time.perf_counter()
    import dbt_run_ledger
    (plugin,) = dbt_run_ledger.plugins
    plugin("shop")
    print((time.perf_counter() - begun) * 1000)
"""


def test_a_recorder_that_is_switched_off_costs_nothing() -> None:
    """Into a dbt that is loaded already, as dbt itself loads it."""
    times = (float(python("-c", SWITCHED_OFF, str(SOURCES)).stdout) for _ in range(3))
    # The best of three, as above; the second is only taken when the first is too slow.
    assert any(milliseconds < LONGEST_IMPORT_MS for milliseconds in times)


def test_its_plugins_are_classes_as_dbt_expects() -> None:
    assert all(isinstance(plugin, type) for plugin in dbt_run_ledger.plugins)


def test_the_dbt_package_has_the_same_version() -> None:
    project = ROOT / "dbt_project.yml"
    if not project.exists():
        pytest.skip("expected dbt_project.yml at the root, got none")
    assert yaml.safe_load(project.read_text())["version"] == dbt_run_ledger.__version__


AN_OLDER_DBT = """
import sys, types
sys.path.insert(0, sys.argv[1])
class Plugin:
    pass
for name in ("click", "dbt", "dbt.plugins", "dbt.plugins.manager"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["dbt.plugins.manager"].dbtPlugin = Plugin
# 1.6 and 1.7 have plugins, and no dbt_common.
sys.modules["dbt_common"] = None
import dbt_run_ledger
(plugin,) = dbt_run_ledger.plugins
plugin().initialize()
print("went on")
"""


def test_a_dbt_before_1_9_goes_on_without_it() -> None:
    """What is wrong is noted in dbt's log, and where that has no place it must not raise either."""
    assert python("-c", AN_OLDER_DBT, str(SOURCES)).stdout == "went on\n"
