"""Which files belong to the repository."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

SKIPPED_FOLDERS = {"build", "dbt_packages", "dist", "logs", "node_modules", "target"}
HIDDEN_BUT_OURS = {".ci", ".github"}
# Data may hold any word; a licence is not ours to word.
SKIPPED_SUFFIXES = {".csv", ".json", ".jsonl", ".svg"}
SKIPPED_NAMES = {"LICENSE"}
LARGEST_TEXT = 1_000_000


def text_files(root: Path) -> Iterator[tuple[str, str]]:
    """Each text file of the repository as (path, text), whether or not git knows it already."""
    for path in _paths(root):
        inside = path.relative_to(root)
        if _is_skipped(inside) or not path.is_file() or path.stat().st_size > LARGEST_TEXT:
            continue
        try:
            yield inside.as_posix(), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def _paths(root: Path) -> list[Path]:
    if not (root / ".git").exists():
        return sorted(root.rglob("*"))
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    return sorted(root / name for name in listed.stdout.split("\0") if name)


def _is_skipped(inside: Path) -> bool:
    folders = inside.parts[:-1]
    return (
        inside.suffix in SKIPPED_SUFFIXES
        or inside.name in SKIPPED_NAMES
        or any(part in SKIPPED_FOLDERS or part.endswith(".egg-info") for part in folders)
        or any(part.startswith(".") and part not in HIDDEN_BUT_OURS for part in folders)
    )
