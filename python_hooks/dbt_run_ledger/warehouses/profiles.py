"""What dbt's project and profile say: where the warehouse is, and the settings of Run Ledger.

Read as dbt reads them: the same folders, the same environment variables, the same Jinja.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from dbt_run_ledger.errors import MissingDependencyError, ProfileError

ADAPTERS = ("duckdb", "postgres", "snowflake")
# What Snowflake's adapter quotes when nobody says; the others quote everything.
_UNQUOTED_BY_DEFAULT = frozenset({"snowflake"})
_NO_DEFAULT = object()


@dataclass(frozen=True)
class Profile:
    """One target of one profile, and what the project says beside it."""

    name: str
    target: str
    adapter: str
    # The project's folder: relative paths in the profile start there.
    folder: Path
    project_name: str | None
    # Holds passwords, and so is not shown.
    settings: Mapping[str, Any] = field(repr=False)
    # The project's vars, with those of the command line over them.
    variables: Mapping[str, Any] = field(repr=False)
    quoting: Mapping[str, bool] = field(repr=False)

    @property
    def database(self) -> str:
        """The target's database, as `target.database` in dbt."""
        named = self.settings.get("dbname") or self.settings.get("database")
        if self.adapter == "duckdb" and not named:
            path = str(self.settings.get("path") or ":memory:")
            return "memory" if path.startswith(":memory:") else Path(path).stem
        return str(named or "")


def read_profile(
    project_dir: str | Path | None = None,
    profiles_dir: str | Path | None = None,
    profile: str | None = None,
    target: str | None = None,
    variables: Mapping[str, Any] | None = None,
) -> Profile:
    given = dict(variables or {})
    folder = _project_folder(project_dir)
    project = project_file(folder) if folder else {}
    render = _Renderer(given)
    name = profile or os.environ.get("DBT_PROFILE") or render(project.get("profile"))
    if not name:
        raise ProfileError(
            f"no profile: expected `profile:` in dbt_project.yml, none found from {folder or Path.cwd()}. "
            "Name the project with --project-dir, or the profile with --profile."
        )
    file = profiles_folder(profiles_dir) / "profiles.yml"
    profiles = {key: value for key, value in _yaml_file(file).items() if key != "config"}
    outputs, default_target = _outputs(profiles, str(name), file)
    chosen = target or os.environ.get("DBT_TARGET") or render(default_target) or "default"
    if chosen not in outputs:
        _unknown("target", chosen, outputs, f"the profile {name} in {file}")
    settings = render.all(outputs[chosen])
    adapter = str(settings.get("type"))
    if adapter not in ADAPTERS:
        _unknown("type", adapter, ADAPTERS, "those that Run Ledger knows")
    project_name = render(project.get("name"))
    return Profile(
        name=str(name),
        target=str(chosen),
        adapter=adapter,
        folder=folder or Path.cwd(),
        project_name=project_name,
        settings=settings,
        variables={**_flat_variables(project), **given},
        quoting=_quoting(project, adapter),
    )


def _project_folder(given: str | Path | None) -> Path | None:
    """The folder of dbt_project.yml: the one that is named, else here or above."""
    named = given or os.environ.get("DBT_PROJECT_DIR")
    if named:
        folder = Path(named).expanduser().resolve()
        if not (folder / "dbt_project.yml").is_file():
            raise ProfileError(
                f"project folder: expected a dbt_project.yml in {folder}, found none. "
                "Correct --project-dir or DBT_PROJECT_DIR."
            )
        return folder
    here = Path.cwd()
    return next((f for f in (here, *here.parents) if (f / "dbt_project.yml").is_file()), None)


def project_file(folder: Path) -> dict[str, Any]:
    """dbt_project.yml as it stands, templates and all."""
    return _yaml_file(folder / "dbt_project.yml")


def profiles_folder(given: str | Path | None) -> Path:
    named = given or os.environ.get("DBT_PROFILES_DIR")
    here, home = Path.cwd(), Path.home() / ".dbt"
    unnamed = here if (here / "profiles.yml").is_file() else home
    folder = Path(named).expanduser().resolve() if named else unnamed
    if not (folder / "profiles.yml").is_file():
        looked = folder if named else f"{here} and {home}"
        raise ProfileError(
            f"profiles.yml: expected one in {looked}, found none. Name its folder with "
            "--profiles-dir or DBT_PROFILES_DIR."
        )
    return folder


def _yaml_file(path: Path) -> dict[str, Any]:
    try:
        import yaml
    except ModuleNotFoundError as error:
        raise MissingDependencyError(_what_to_install("PyYAML")) from error
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        # Its text would quote the line, which may hold a password.
        mark = getattr(error, "problem_mark", None)
        where = f" near line {mark.line + 1}" if mark else ""
        raise ProfileError(f"{path} is not valid YAML{where}.") from None
    except (OSError, UnicodeError) as error:
        raise ProfileError(f"{path} cannot be read: {error}") from error
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise ProfileError(f"{path}: expected a mapping, got a {type(found).__name__}.")
    return found


def _what_to_install(library: str) -> str:
    return (
        f"Reading dbt's profile needs {library}, which comes with dbt-core: "
        "pip install 'dbt-run-ledger[postgres]' (or [duckdb], [snowflake])."
    )


def _outputs(profiles: Mapping[str, Any], name: str, file: Path) -> tuple[Mapping[str, Any], Any]:
    if name not in profiles:
        _unknown("profile", name, profiles, str(file))
    chosen = profiles[name]
    outputs = chosen.get("outputs") if isinstance(chosen, dict) else None
    if not isinstance(outputs, dict) or not all(isinstance(o, dict) for o in outputs.values()):
        raise ProfileError(f"{file}: expected the profile {name} to have `outputs:`, it has none.")
    return outputs, chosen.get("target")


def _unknown(what: str, got: str, known: Iterable[str], where: str) -> NoReturn:
    names = ", ".join(sorted(str(each) for each in known)) or "none"
    raise ProfileError(f"{what}: expected one of {names} ({where}), got {got!r}.")


def _flat_variables(project: Mapping[str, Any]) -> dict[str, Any]:
    """The vars that the package's own hooks see: its scope over the flat ones."""
    variables = project.get("vars") or {}
    scoped = variables.get("run_ledger")
    flat = {name: value for name, value in variables.items() if not isinstance(value, dict)}
    return {**flat, **(scoped if isinstance(scoped, dict) else {})}


def _quoting(project: Mapping[str, Any], adapter: str) -> dict[str, bool]:
    default = adapter not in _UNQUOTED_BY_DEFAULT
    said = project.get("quoting") or {}
    return {
        part: bool(said[part]) if said.get(part) is not None else default
        for part in ("database", "schema", "identifier")
    }


class _Native:
    """A rendered value that is to keep its type."""

    def __init__(self, value: object) -> None:
        self.value = value


class _Renderer:
    """dbt's Jinja for project and profile: env_var(), var(), and the filters that give types."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self._variables = variables
        self._environment: Any = None

    def all(self, value: object) -> Any:  # noqa: ANN401 - YAML's types
        if isinstance(value, dict):
            return {key: self.all(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.all(inner) for inner in value]
        return self(value)

    def __call__(self, value: object) -> Any:  # noqa: ANN401 - YAML's types
        if not isinstance(value, str) or "{" not in value:
            return value
        environment = self._environment or self._made()
        try:
            return environment.from_string(value).render(
                env_var=_environment_variable, var=self._variable
            )
        except ProfileError:
            raise
        except Exception as error:
            raise ProfileError(f"A template of dbt's profile or project fails: {error}") from error

    def _made(self) -> Any:  # noqa: ANN401 - jinja2 is imported late
        try:
            import jinja2
            from jinja2.nativetypes import NativeEnvironment, NativeTemplate
            from jinja2.sandbox import SandboxedEnvironment
        except ModuleNotFoundError as error:
            raise MissingDependencyError(_what_to_install("Jinja2")) from error

        class Environment(SandboxedEnvironment, NativeEnvironment):
            concat = staticmethod(_joined)

        class Template(NativeTemplate):
            environment_class = Environment

        Environment.template_class = Template
        self._environment = Environment(undefined=jinja2.StrictUndefined)
        self._environment.filters.update(
            as_text=lambda value: value,
            as_native=_Native,
            as_bool=lambda value: _Native(_boolean(value)),
            as_number=lambda value: _Native(_number(value)),
        )
        return self._environment

    def _variable(self, name: str, default: object = _NO_DEFAULT) -> object:
        value = self._variables.get(name, default)
        if value is _NO_DEFAULT:
            raise ProfileError(f"var: expected {name!r} in --vars, got none.")
        return value


def _joined(values: Iterable[object]) -> object:
    """Text, as dbt has it, unless a filter said otherwise of the whole value."""
    parts = list(values)
    if len(parts) == 1 and isinstance(parts[0], _Native):
        return parts[0].value
    return "".join(str(part.value if isinstance(part, _Native) else part) for part in parts)


def _environment_variable(name: str, default: object = _NO_DEFAULT) -> object:
    value = os.environ.get(name, default)
    if value is _NO_DEFAULT:
        raise ProfileError(
            f"env_var: expected the environment variable {name}, which is not set. "
            "The profile or dbt_project.yml asks for it."
        )
    return value


def _boolean(value: object) -> bool:
    text = str(value).strip().lower()
    if text not in ("true", "false"):
        raise ProfileError(
            f"as_bool: expected true or false, got a text of {len(text)} characters."
        )
    return text == "true"


def _number(value: object) -> int | float:
    text = str(value).strip()
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        raise ProfileError(f"as_number: expected a number, got a text of {len(text)} characters.")
    return float(text) if "." in text else int(text)
