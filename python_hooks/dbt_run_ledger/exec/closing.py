"""Write the end of a job through the user's own dbt, which has the credentials.

The macro runs in a project of its own that holds nothing but the package's macros: it is parsed in
no time, and it works when the user's project cannot be parsed, which may be why the job ended.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbt_run_ledger.errors import RunLedgerError
from dbt_run_ledger.exec.dbt_command import DbtCommand, Folders
from dbt_run_ledger.exec.ending import MOST_CHARACTERS
from dbt_run_ledger.recorder.spool import Spool
from dbt_run_ledger.warehouses.profiles import Profile, read_profile

CLOSE_SECONDS = 120.0
# One text of the environment may have 128 KB.
PIECE_CHARACTERS = 100_000
_NO_REPORTS = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DBT_QUIET": "true"}


class ClosingError(RunLedgerError):
    """The end of the job could not be written."""


@dataclass(frozen=True)
class Closing:
    """What is needed to run the macro."""

    command: DbtCommand
    folders: Folders
    # None: it cannot be read here, and the user's own project is used instead.
    profile: Profile | None
    profiles_dir: str | None
    project_file: Mapping[str, Any]

    @property
    def spool(self) -> Spool:
        """Beside the recorder's own: texts here have not met the patterns for secrets yet."""
        spool = Spool(self.folders.target)
        spool.folder = spool.folder / "exec"
        return spool

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Raises ClosingError, after which nothing is known to be written."""
        text = json.dumps(list(rows))
        if len(text) > MOST_CHARACTERS:
            raise ClosingError(
                f"the record has {len(text)} characters, more than {MOST_CHARACTERS}."
            )
        pieces = [
            text[start : start + PIECE_CHARACTERS]
            for start in range(0, len(text), PIECE_CHARACTERS)
        ]
        environment = {
            **os.environ,
            **_NO_REPORTS,
            **{f"RUN_LEDGER_END_{number}": piece for number, piece in enumerate(pieces)},
        }
        for name in (
            "DBT_LOG_FORMAT",
            "DBT_LOG_FORMAT_FILE",
            "DBT_OTEL_FILE_NAME",
            "DBT_INVOCATION_ID",
        ):
            environment.pop(name, None)
        with self._project() as options:
            words = [*self.command.prefix, "run-operation", "run_ledger.record_end"]
            _call([*words, "--args", json.dumps({"pieces": len(pieces)}), *options], environment)

    @contextmanager
    def _project(self) -> Iterator[list[str]]:
        """The options that lead dbt to the project in which the macro runs."""
        scratch = Path(tempfile.mkdtemp(prefix="run-ledger-"))
        try:
            places = ["--target-path", str(scratch / "target"), "--log-path", str(scratch / "logs")]
            if self.profile is None or self.folders.package is None:
                yield [*places, *self._given_options()]
                return
            self._lay_out(scratch, self.profile, self.folders.package)
            is_own = (scratch / "profiles.yml").exists()
            profiles = str(scratch) if is_own else self.profiles_dir
            options = ["--project-dir", str(scratch), "--target", self.profile.target, *places]
            yield [*options, *(["--profiles-dir", profiles] if profiles else [])]
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _given_options(self) -> list[str]:
        options = ["--project-dir", str(self.folders.project)]
        for name, short in (("--profiles-dir", None), ("--profile", None), ("--target", "-t")):
            value = self.command.option(name, *([short] if short else []))
            options += [name, value] if value else []
        return options

    def _lay_out(self, scratch: Path, profile: Profile, package: Path) -> None:
        settings = {
            name: value
            for name, value in profile.variables.items()
            if name.startswith("run_ledger_")
        }
        quoting = (
            {"quoting": dict(self.project_file["quoting"])}
            if self.project_file.get("quoting")
            else {}
        )
        project = {
            # The macros call one another as run_ledger.x, so this project is called so.
            "name": "run_ledger",
            "version": "1.0.0",
            "profile": profile.name,
            "vars": settings,
            **quoting,
        }
        # JSON is YAML, and needs no library.
        (scratch / "dbt_project.yml").write_text(json.dumps(project))
        (scratch / "macros").symlink_to(package / "macros")
        if profile.adapter == "duckdb":
            # A relative path starts in the project's folder, which is another one here.
            output = _with_absolute_paths(profile)
            outputs = {"target": profile.target, "outputs": {profile.target: output}}
            # mkdtemp gives the folder to nobody else.
            (scratch / "profiles.yml").write_text(json.dumps({profile.name: outputs}))


def _with_absolute_paths(profile: Profile) -> dict[str, Any]:
    def absolute(path: object) -> object:
        text = str(path)
        is_file = "://" not in text and ":" not in text[:12]
        return str(profile.folder / Path(text).expanduser()) if is_file else path

    settings = dict(profile.settings)
    if settings.get("path"):
        settings["path"] = absolute(settings["path"])
    if settings.get("attach"):
        settings["attach"] = [
            {**each, "path": absolute(each["path"])} if "path" in each else each
            for each in settings["attach"]
        ]
    return settings


def _call(words: Sequence[str], environment: Mapping[str, str]) -> None:
    try:
        process = subprocess.Popen(
            list(words),
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            # Another Ctrl-C is meant for dbt, which has ended.
            start_new_session=True,
        )
    except OSError as error:
        raise ClosingError(f"dbt could not be started again ({error.strerror})") from error
    with process:
        try:
            output, _ = process.communicate(timeout=CLOSE_SECONDS)
        except subprocess.TimeoutExpired as error:
            # `dbt` may be a script that started another one, which has the warehouse: both go.
            os.killpg(process.pid, signal.SIGKILL)
            raise ClosingError(f"dbt did not end within {CLOSE_SECONDS:.0f} s") from error
    if process.returncode:
        raise ClosingError(_reason(output, process.returncode))


def _reason(output: str, code: int) -> str:
    """The line that says why: that of the macro, else the first that speaks of an error."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for sign in ("run_ledger.", "rror"):
        for line in lines:
            if sign in line:
                return line[line.index(sign) :] if sign == "run_ledger." else line
    return lines[-1] if lines else f"exit code {code}"


def closing_of(command: DbtCommand, environment: Mapping[str, str]) -> Closing:
    """From the options of the dbt command, as dbt itself reads them."""
    from dbt_run_ledger.command_line import variables_of
    from dbt_run_ledger.warehouses.profiles import profiles_folder, project_file

    profiles_dir = command.option("--profiles-dir")
    plain = Folders.of(command, environment)
    try:
        file = project_file(plain.project)
        found: Profile | None = read_profile(
            plain.project,
            profiles_dir,
            command.option("--profile"),
            command.option("--target", "-t"),
            variables_of(command.option("--vars")),
        )
        folder: str | None = str(profiles_folder(profiles_dir))
    except Exception:  # noqa: BLE001 - a project may hold anything, and dbt is to read it, not us
        # Not ours to report: dbt says it, and better. The user's own project is used as it is.
        return Closing(command, plain, None, profiles_dir, {})
    return Closing(command, Folders.of(command, environment, file), found, folder, file)
