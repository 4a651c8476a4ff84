"""Run every check and print what is wrong, one group a check.

    python dev/lint/run.py                      everything
    python dev/lint/run.py --only literals      one check; may be repeated
    python dev/lint/run.py --skip mypy          all but one; may be repeated

Exits 1 when a check found something, 0 when none did.
"""

import argparse
import importlib
import pkgutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # run as a script, only dev/lint itself would be on the path

from dev.lint import checks  # noqa: E402
from dev.lint.problem import Problem  # noqa: E402
from dev.lint.python_tool import ToolMissingError  # noqa: E402

NAMES = tuple(module.name for module in pkgutil.iter_modules(checks.__path__))


def main(arguments: list[str] | None = None) -> int:
    options = _parse(arguments)
    chosen = [name for name in options.only or NAMES if name not in options.skip]
    found = {name: run_check(name, options.root) for name in chosen}
    for name, problems in found.items():
        if problems:
            print(f"{name}: {len(problems)} problem{'s' if len(problems) > 1 else ''}")
            print("".join(f"  {problem}\n" for problem in problems))
    clean = [name for name, problems in found.items() if not problems]
    if clean:
        print(f"clean: {', '.join(clean)}")
    return 1 if len(clean) < len(chosen) else 0


def run_check(name: str, root: Path) -> list[Problem]:
    """What the check named `name` finds below `root`, in the order of the files."""
    module = importlib.import_module(f"dev.lint.checks.{name}")
    try:
        return sorted(module.check(root.resolve()))
    except ToolMissingError as missing:
        message = f"expected {missing} to be installed, got none. Set the checkout up first."
        return [Problem("pyproject.toml", 1, name, message)]


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run the house rules a machine can hold.")
    parser.add_argument("--only", action="append", choices=NAMES, metavar="NAME")
    parser.add_argument("--skip", action="append", choices=NAMES, metavar="NAME", default=[])
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository to look at")
    parser.epilog = f"checks: {', '.join(NAMES)}"
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
