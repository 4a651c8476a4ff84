"""What a run costs with Run Ledger beside the same run without it, in CPU and on the clock.

Projects of N models that do next to nothing, on 8 threads under dbt-core, every variant a process
of its own, in turn. `none` runs twice, so that the table shows what chance alone does; `empty` has a
package without a line in it, `macros` this package without its hooks: what dbt asks for having them.
A peer's package can be measured beside it: `--peer NAME=FOLDER`, as often as needed.
"""

from __future__ import annotations

import argparse
import shutil
from functools import partial
from pathlib import Path

import yaml

from benchmarks.measure import cell, in_turn, print_table, process_cost, quick_models, ratio
from integration_tests.functional.harness.cell import Cell
from integration_tests.functional.harness.keeper import ROOT
from integration_tests.functional.harness.project import Project

HOOKS = {
    "models": {
        "+pre-hook": "{{ run_ledger.start_model() }}",
        "+post-hook": "{{ run_ledger.finish_model() }}",
    }
}


def install(project: Project, name: str, source: Path | None, files: dict[str, str]) -> None:
    """What `dbt deps` would leave: another package, copied and changed as the variant wants."""
    folder = project.folder / "dbt_packages" / name
    if source is None:
        folder.mkdir(parents=True)
    else:
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns(".*", "integration_tests"))
    for file, text in files.items():
        (folder / file).write_text(text)
    packages = yaml.safe_dump({"packages": [{"local": str(folder)}]})
    (project.folder / "packages.yml").write_text(packages)


def without_hooks() -> str:
    settings = yaml.safe_load((ROOT / "dbt_project.yml").read_text())
    return yaml.safe_dump({k: v for k, v in settings.items() if not k.startswith("on-run")})


def variants(here: Cell, number: int, peers: dict[str, Path]) -> dict[str, Project]:
    # As in nearly every real project, the root has a macro: without one, each look-up of a dispatch
    # there raises and catches an exception inside dbt.
    macro = "{% macro of_the_project() %}{% endmacro %}"
    files = quick_models(number) | {"macros/of_the_project.sql": macro}

    def project(**options: object) -> Project:
        return here.project("two_models", files=files, threads=8, **options)  # type: ignore[arg-type]

    projects = {name: project(package=False) for name in ("none", "none again", "empty", "macros")}
    install(projects["empty"], "empty", None, {"dbt_project.yml": "name: empty\nversion: '1.0'\n"})
    install(projects["macros"], "run_ledger", ROOT, {"dbt_project.yml": without_hooks()})
    projects["package"] = project()
    projects["recorder"] = project(with_wheel=True)
    projects["hooks"] = project(config=HOOKS)
    for name, folder in peers.items():
        projects[name] = project(package=False)
        install(projects[name], folder.name, folder, {})
    return projects


def measured(here: Cell, number: int, rounds: int, peers: dict[str, Path]) -> list[list[str]]:
    projects = variants(here, number, peers)

    actions = {name: partial(process_cost, projects[name], "--quiet", "run") for name in projects}
    costs = in_turn(actions, rounds)
    base = costs["none"]
    rows = []
    for name, ours in costs.items():
        cpu, wall = [each.cpu for each in ours], [each.wall for each in ours]
        rows.append(
            [
                *(here.warehouse.name, str(number), name),
                f"{sorted(cpu)[len(cpu) // 2]:.2f}",
                f"{ratio(cpu, [each.cpu for each in base]):.3f}",
                f"{ratio(wall, [each.wall for each in base]):.3f}",
            ]
        )
    return rows


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks overhead", description=__doc__)
    parser.add_argument("--models", type=int, nargs="+", default=[20, 100, 400])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--warehouse", nargs="+", default=["postgres", "duckdb"])
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=FOLDER")
    options = parser.parse_args(arguments)
    peers = {name: Path(path) for name, path in (each.split("=", 1) for each in options.peer)}
    head = ["warehouse", "models", "variant", "CPU s (median)", "CPU ratio", "wall ratio"]
    for warehouse in options.warehouse:
        for number in options.models:
            with cell(warehouse, "core") as here:
                print_table(head, measured(here, number, options.rounds, peers))
