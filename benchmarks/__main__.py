"""Measure what the project claims: `make bench`, or `python -m benchmarks NAME [OPTION ...]`.

Each module of this folder with a `main(arguments)` is a benchmark; its docstring says what it
compares. Without a name all of them run, one after the other.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path
from types import ModuleType

from integration_tests.functional.harness import services

# Shared by the benchmarks, and none themselves.
SHARED = {"__main__", "measure"}


def modules() -> dict[str, ModuleType]:
    names = [each.name for each in pkgutil.iter_modules([str(Path(__file__).parent)])]
    return {
        name: importlib.import_module(f"benchmarks.{name}") for name in names if name not in SHARED
    }


def main(arguments: list[str]) -> int:
    known = modules()
    if arguments[:1] in (["-h"], ["--help"], ["list"]):
        for name, module in known.items():
            print(f"{name:16} {(module.__doc__ or '').splitlines()[0]}")
        return 0
    chosen, options = arguments[:1] or list(known), arguments[1:]
    for name in chosen:
        if name not in known:
            print(f"benchmarks: expected one of {', '.join(known)}, got {name}", file=sys.stderr)
            return 2
    services.prepare()
    try:
        for name in chosen:
            print(f"\n## {name}\n", flush=True)
            known[name].main(options)
    finally:
        services.stop_all()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
