"""Runs a Python tool of the same environment, and says so when it is not there."""

import importlib.util
import subprocess
import sys
from pathlib import Path


class ToolMissingError(Exception):
    """The tool is not installed in the environment that runs the lint."""


def run(root: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    if importlib.util.find_spec(module) is None:
        raise ToolMissingError(module)
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
    )


def python_folders(root: Path) -> list[str]:
    """The folders with typed Python that exist by now."""
    folders = ("python_hooks", "dev", "integration_tests/functional", "benchmarks")
    return [folder for folder in folders if any((root / folder).rglob("*.py"))]
