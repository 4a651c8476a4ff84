"""A dbt that is already imported: reads requests, forks once for each, reports exit codes.

    <venv>/bin/python zygote.py

Importing dbt and its adapters takes seconds, forking takes milliseconds. Standard library only and
no package imports: it runs with the Python of whichever environment holds the dbt under test. It
starts no thread, because a fork copies only one.

stdin:   {"id": 1, "args": ["run"], "cwd": "...", "env": {...}, "output": "file", "path": [...]}
stdout:  {"id": 1, "pid": 42}   then   {"id": 1, "exit_code": 0}
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any, NoReturn

ADAPTERS = ("duckdb", "postgres", "snowflake")
# Imported late by dbt, in the middle of a command: every invocation would pay for them again.
LATE_MODULES = (
    *("dbt.cli.main", "dbt.task.run", "dbt.task.build", "dbt.task.test", "dbt.task.seed"),
    *("dbt.task.snapshot", "dbt.task.run_operation", "dbt.task.retry", "dbt.task.compile"),
    *("dbt.parser.manifest", "dbt.plugins", "dbt.clients.jinja", "agate", "multiprocessing.pool"),
)


def import_dbt() -> list[str]:
    """Import what every invocation needs; the adapters that this environment has."""
    found = []
    for module in LATE_MODULES:
        importlib.import_module(module)
    for adapter in ADAPTERS:
        with contextlib.suppress(ModuleNotFoundError):
            importlib.import_module(f"dbt.adapters.{adapter}")
            found.append(adapter)
    with contextlib.suppress(ModuleNotFoundError):
        importlib.import_module("duckdb")
    return found


def warm_up(adapters: list[str]) -> None:
    """Parse a project that installs the package: what dbt learns from a text, forks know already.

    dbt compiles its serialisers at first use, in half a second. The texts of all macros are kept
    parsed by the caches that dbt has for its own tests, and compiled by the one that each of its
    processes has, both keyed by the text: a macro that was changed since is read anew.
    Any number of commands in one process is what dbtRunner is for, so the forks stay true. Neither
    DuckDB nor the static parser is used here: both start native threads, which a fork does not
    copy, and would then wait for them for ever.
    """
    importlib.import_module("dbt_common.tests").enable_test_caching()
    compile_once()
    with tempfile.TemporaryDirectory() as folder:
        address = {"host": "localhost", "port": 1, "user": "x", "password": "x"}
        output = {"type": "postgres", **address, "dbname": "x", "schema": "x", "threads": 1}
        packages = Path(folder, "dbt_packages")
        packages.mkdir()
        packages.joinpath("run_ledger").symlink_to(Path(__file__).resolve().parents[3])
        files = {
            # JSON is YAML too, and the standard library can write it.
            "profiles.yml": json.dumps({"warm": {"target": "x", "outputs": {"x": output}}}),
            "dbt_project.yml": json.dumps({"name": "warm", "profile": "warm"}),
            "packages.yml": json.dumps({"packages": [{"local": str(packages / "run_ledger")}]}),
            "models/warm.sql": "select 1 as id",
        }
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        options = ["--project-dir", folder, "--profiles-dir", folder, "--log-path", folder]
        command = ["parse", "--quiet", "--no-static-parser", *options]
        dbt = sys.modules["dbt.cli.main"].dbtRunner()
        dbt.invoke(command)
        # This one reads what the first one wrote, for which dbt has serialisers of its own.
        parsed = dbt.invoke(command)
    if not parsed.success:
        raise RuntimeError(f"dbt cannot parse a project that has the package: {parsed.exception}")
    compiled = importlib.import_module("dbt_common.clients.jinja").template_cache
    for macro in parsed.result.macros.values():
        compiled.get_node_template(macro)
    factory = importlib.import_module("dbt.adapters.factory")
    for adapter in {*adapters} - {"postgres"}:
        remember_macros(adapter)
        factory.load_plugin(adapter).json_schema()


def compile_once() -> None:
    """Let Jinja compile the same text once: dbt has a cache for macros, and none for models."""
    environment = importlib.import_module("jinja2").Environment
    compile_text = environment.compile
    codes: dict[tuple[type, str], Any] = {}

    def compile_or_remember(self: Any, source: Any, *options: Any, **more: Any) -> Any:
        if options or more or not isinstance(source, str):
            return compile_text(self, source, *options, **more)
        # dbt has a class of environments for each kind of text, all others of its settings are
        # met when the code runs.
        key = (type(self), source)
        if key not in codes:
            codes[key] = compile_text(self, source)
        return codes[key]

    environment.compile = compile_or_remember


def remember_macros(adapter: str) -> None:
    """Parse the macros of an adapter that cannot be used here, for the same caches."""
    jinja = importlib.import_module("dbt_common.clients.jinja")
    kinds = {"macro", "materialization", "test", "data_test"}
    folder = Path(sys.modules["dbt"].__path__[0], "include", adapter, "macros")
    for file in folder.rglob("*.sql"):
        for block in jinja.extract_toplevel_blocks(file.read_text(), kinds, False):
            jinja.parse(block.full_block)


def run_dbt(request: dict[str, Any]) -> None:
    """In the child: become the process that the console script would be. Never returns."""
    code = 70
    try:
        # A group of its own, so that a timeout ends what dbt started too.
        os.setpgid(0, 0)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        output = os.open(request["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"])
        sys.path[:0] = request["path"]
        sys.argv = ["dbt", *request["args"]]
        # The plugins that the path of this request shows, not those that the warm-up saw.
        sys.modules["dbt.plugins.manager"]._MODULES_CACHE = None  # type: ignore[attr-defined]
        main = sys.modules["dbt.cli.main"]
        main.cli()
    except SystemExit as error:
        # As the interpreter does: None is success, a text is printed and means failure.
        if error.code is None or isinstance(error.code, int):
            code = error.code or 0
        else:
            print(error.code, file=sys.stderr)
            code = 1
    except KeyboardInterrupt:
        # As the interpreter does, once its threads have ended: it dies of the signal.
        sys.excepthook(*sys.exc_info())
        code = -signal.SIGINT
    except BaseException:  # noqa: BLE001 - a fork of the server must never go on as the server
        sys.excepthook(*sys.exc_info())
        code = 1
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        end(code)


def end(code: int) -> NoReturn:
    """As the interpreter ends: it waits for threads, and then has what was registered run."""
    try:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        if code == -signal.SIGINT:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)
    finally:
        os._exit(code)


def say(message: dict[str, Any]) -> None:
    os.write(1, json.dumps(message).encode() + b"\n")


def reap(children: dict[int, int]) -> None:
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        say({"id": children.pop(pid), "exit_code": os.waitstatus_to_exitcode(status)})


def serve() -> None:
    children: dict[int, int] = {}
    woken, wake = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    events = selectors.DefaultSelector()
    events.register(0, selectors.EVENT_READ)
    events.register(woken, selectors.EVENT_READ)
    pending = b""
    while True:
        for key, _ in events.select():
            chunk = os.read(key.fd, 65536)
            if key.fd == woken:
                reap(children)
                continue
            if not chunk:
                for pid in children:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(pid, signal.SIGKILL)
                return
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                request = json.loads(line)
                pid = os.fork()
                if pid == 0:
                    events.close()
                    run_dbt(request)
                children[pid] = request["id"]
                say({"id": request["id"], "pid": pid})


if __name__ == "__main__":
    available = import_dbt()
    warm_up(available)
    # Forked children share these pages until somebody writes to them; the collector would.
    gc.collect()
    gc.freeze()
    say({"ready": available})
    serve()
    # Without the interpreter's clean-up: what is frozen would be reported as leaked.
    os._exit(0)
