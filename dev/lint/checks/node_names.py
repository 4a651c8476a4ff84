"""Rule 9: dbt's node names carry the package, since a project cannot have two of one name."""

from pathlib import Path

from dev.lint.problem import Problem

RULE = "node_names"
PREFIXES = ("stg_run_ledger__", "run_ledger__")
NODE_FILES = {"models": (".sql", ".py"), "seeds": (".csv",), "snapshots": (".sql",)}


def check(root: Path) -> list[Problem]:
    return [
        Problem(
            path.relative_to(root).as_posix(),
            1,
            RULE,
            f"expected a name that starts with {' or '.join(PREFIXES)}, got '{path.stem}'. Rename "
            "the file; where a document fixes the table's name, give the node that name as alias.",
        )
        for folder, suffixes in NODE_FILES.items()
        for path in sorted((root / folder).rglob("*"))
        if path.suffix in suffixes and not path.name.startswith(PREFIXES)
    ]
