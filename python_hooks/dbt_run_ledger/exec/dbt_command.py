"""The dbt command that follows `run-ledger exec --`, as far as it has to be understood."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from dbt_run_ledger.errors import InputError

_PROGRAMS = frozenset({"dbt", "dbt.exe", "dbtf", "dbt-core", "dbt.cli.main"})
# Commands that leave a row, as in the macro is_job(), and what they are called there.
_JOBS = {
    **{name: name for name in ("run", "build", "seed", "snapshot", "test", "retry", "clone")},
    "source": "freshness",
}


# Options before the command that have a value, which is not the command.
_WITH_VALUE = frozenset(
    {
        *("--target", "-t", "--profile", "--profiles-dir", "--project-dir", "--target-path"),
        *("--log-format", "--log-format-file", "--log-level", "--log-level-file", "--log-path"),
        *("--log-file-max-bytes", "--printer-width", "--record-timing-info", "-r", "--vars"),
        *("--state", "--defer-state", "--warn-error-options", "--threads"),
    }
)


@dataclass(frozen=True)
class DbtCommand:
    """words: everything after the dashes; prefix: what starts dbt, without its arguments."""

    words: tuple[str, ...]
    prefix: tuple[str, ...]

    @classmethod
    def of(cls, words: Sequence[str] | None) -> DbtCommand:
        if not words:
            raise InputError(
                "exec: expected a dbt command, got none. Write `run-ledger exec -- dbt build`."
            )
        # `uv run dbt ...` and `python -m dbt.cli.main ...` start dbt, too.
        for index, word in enumerate(words):
            if PurePath(word).name in _PROGRAMS:
                return cls(tuple(words), tuple(words[: index + 1]))
        raise InputError(
            f"exec: expected a dbt command, got {' '.join(words)!r}, in which no word is `dbt`."
        )

    @property
    def arguments(self) -> tuple[str, ...]:
        return self.words[len(self.prefix) :]

    @property
    def job(self) -> str | None:
        """What the ledger calls this command; None where it leaves no row."""
        # `source snapshot-freshness` is an older name, `source` alone shows its help.
        words = zip(("", *self.arguments), self.arguments, strict=False)
        found = next((w for before, w in words if w[:1] != "-" and before not in _WITH_VALUE), None)
        if found == "source" and not any("freshness" in word for word in self.arguments):
            return None
        return _JOBS.get(found) if found else None

    @property
    def is_log_readable(self) -> bool:
        """Whether dbt-core's log file will say what happened: an option wins over what we ask for."""
        wanted = (("--log-format-file", "json"), ("--log-level-file", "debug"))
        return all(self.option(name) in (None, value) for name, value in wanted)

    def option(self, *names: str) -> str | None:
        """The value of an option, `--name value` or `--name=value`; the last one counts."""
        found = None
        for word, following in zip(self.arguments, (*self.arguments[1:], None), strict=True):
            if word in names:
                found = following
            for name in names:
                if word.startswith(f"{name}="):
                    found = word.partition("=")[2]
        return found

    def options(self, *names: str) -> list[str]:
        """Every value of an option that may have several, or be there several times."""
        found: list[str] = []
        is_open = False
        for word in self.arguments:
            name, has_value, value = word.partition("=")
            if word.startswith("-"):
                is_open = word in names
                if name in names and has_value:
                    found.append(value)
            elif is_open:
                found.append(word)
        return found

    def selection(self) -> dict[str, Any]:
        """As PROCESS_CONFIG_OBJ has it: names of vars, never their values."""
        return {
            "select": self.options("--select", "-s", "--models", "--model", "-m"),
            "exclude": self.options("--exclude"),
            "selector": self.options("--selector"),
            "full_refresh": bool({"--full-refresh", "-f"} & set(self.arguments)),
            "var_names": [],
        }


@dataclass(frozen=True)
class Folders:
    """Where dbt works: its option, else its environment variable, else its default."""

    project: Path
    logs: Path
    target: Path
    package: Path | None

    @classmethod
    def of(
        cls,
        command: DbtCommand,
        environment: Mapping[str, str] | None = None,
        project_file: Mapping[str, Any] | None = None,
    ) -> Folders:
        found = os.environ if environment is None else environment
        named = command.option("--project-dir") or found.get("DBT_PROJECT_DIR")
        here = Path.cwd()
        above = (each for each in (here, *here.parents) if (each / "dbt_project.yml").is_file())
        project = Path(named).expanduser().resolve() if named else next(above, here)
        settings = project_file or {}

        def folder(option: str, variable: str, setting: str, default: str) -> Path:
            given = command.option(option) or found.get(variable)
            # What the command line says is relative to where it is typed, the rest to the project.
            return Path(given).resolve() if given else project / (settings.get(setting) or default)

        packages = found.get("DBT_PACKAGES_INSTALL_PATH") or settings.get("packages-install-path")
        package = project / (packages or "dbt_packages") / "run_ledger"
        return cls(
            project=project,
            logs=folder("--log-path", "DBT_LOG_PATH", "log-path", "logs"),
            target=folder("--target-path", "DBT_TARGET_PATH", "target-path", "target"),
            package=package.resolve() if package.is_dir() else None,
        )
