"""dbt-core as the recorder sees it, 1.9 to 1.12: the only module that imports dbt.

The events of dbt are protobuf messages, read field by field: a conversion to a dict would cost
more than all the rest of a callback.
"""

from __future__ import annotations

import contextvars
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import click
from dbt.adapters.contracts.connection import Connection as DbtConnection
from dbt.adapters.contracts.connection import ConnectionState
from dbt.adapters.factory import FACTORY
from dbt.version import __version__ as dbt_version
from dbt_common.context import get_invocation_context
from dbt_common.events.base_types import EventLevel
from dbt_common.events.event_manager_client import get_event_manager
from dbt_common.events.functions import fire_event
from dbt_common.events.types import Note
from dbt_common.invocation import get_invocation_id

from dbt_run_ledger.errors import RunLedgerError
from dbt_run_ledger.recorder.ledger import Job
from dbt_run_ledger.recorder.redaction import Redaction
from dbt_run_ledger.recorder.state import Node, NodeCancelled, NodeFinished, NodeStarted, Row

PACKAGE = "run_ledger"
# What the macro has_recorder() asks for.
MARK = "RUN_LEDGER_RECORDER_OF"
ADDRESS = "run_ledger to its recorder: "


class Invocation:
    """The command that dbt is about to run."""

    def __init__(self) -> None:
        self._obj: Row = click.get_current_context().obj
        self._context = contextvars.copy_context()
        self.id: str = get_invocation_id()
        self._macros_alone: Any = None

    @property
    def command(self) -> str:
        return str(self._obj["flags"].WHICH)

    @property
    def target_folder(self) -> Path:
        project = self._obj["project"]
        return Path(project.project_root, project.target_path)

    def job(self) -> Job:
        project, profile = self._obj["project"].project_name, self._obj["profile"]
        target = profile.target_name
        known = {
            "invocation_id": self.id,
            "project_name": project,
            "target_name": target,
            "command": self.command,
            "dbt_version": dbt_version,
            "adapter_type": profile.credentials.type,
        }
        return Job(
            process_step_id=f"JOB_{self.id}",
            source={"type": "DBT_JOB", "project_name": project},
            destination={"target_name": target, "target_schema": profile.credentials.schema},
            facts={**dict.fromkeys(FACTS), **known},
        )

    def listen(self, callback: Callable[[Any], None]) -> None:
        get_event_manager().add_callback(callback)

    def remember_context(self) -> None:
        """What runs on the recorder's thread sees dbt's flags and invocation as they are now."""
        self._context = contextvars.copy_context()

    def run(self, work: Callable[[], None]) -> None:
        self._context.run(work)

    def mark(self) -> bool:
        """Tell the macros that the progress of this invocation is taken care of."""
        env = get_invocation_context().env
        if not isinstance(env, MutableMapping):
            return False
        env[MARK] = self.id
        return True

    def unmark(self) -> None:
        env = get_invocation_context().env
        if isinstance(env, MutableMapping):
            env.pop(MARK, None)

    # The writer's Ledger

    def plan(self) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self._macro("recorder_plan")
        return answer

    def facts(self) -> Row:
        return dict(self._macro("job_facts"))

    def redaction(self, longest: int) -> Redaction:
        secrets = get_invocation_context().env_secrets
        return Redaction(self._macro("secret_patterns"), secrets, longest=longest)

    def connect(self) -> OwnConnection:
        return OwnConnection(self._adapter)

    @property
    def _adapter(self) -> Any:  # noqa: ANN401 - adapters have no type in common that mypy can see
        return FACTORY.lookup_adapter(self._obj["profile"].credentials.type)

    def _macro(self, name: str) -> Any:  # noqa: ANN401 - what a macro returns
        macros = self._macros()
        try:
            return self._adapter.execute_macro(
                name, macro_resolver=macros, project=PACKAGE, kwargs={}
            )
        except Exception as error:  # noqa: BLE001 - whatever a macro raises
            # dbt then rolls back the connection of this thread, which has none, and says only that.
            cause: BaseException = error
            while cause.__context__ is not None:
                cause = cause.__context__
            raise MacroError(f"{name}: {cause}") from cause

    def _macros(self) -> Any:  # noqa: ANN401 - dbt's Manifest
        """Those of the manifest; read anew where parsing failed, so that a job which never began
        leaves its row too.
        """
        if self._obj.get("manifest") is not None:
            return self._obj["manifest"]
        if self._macros_alone is None:
            from dbt.contracts.graph.manifest import Manifest
            from dbt.parser.manifest import ManifestLoader

            header = self._adapter.connections.set_query_header
            found = ManifestLoader.load_macros(self._obj["runtime_config"], header)
            self._macros_alone = Manifest(macros=found.macros)
        return self._macros_alone


FACTS = (
    *("invocation_id", "project_name", "target_name", "command", "selection", "job_key", "parent"),
    *("user_name", "dbt_version", "adapter_type", "package_version", "lease_minutes", "git", "ci"),
)


class MacroError(RunLedgerError):
    """A macro of the package could not be run."""


class OwnConnection:
    """A connection that dbt does not know: it neither cancels it on Ctrl-C nor waits for it."""

    def __init__(self, adapter: Any) -> None:  # noqa: ANN401 - as above
        self._connection = DbtConnection(
            type=adapter.type(),
            name="run_ledger_recorder",
            credentials=adapter.config.credentials,
            state=ConnectionState.INIT,
        )
        adapter.connections.open(self._connection)
        self._handle = self._connection.handle
        if hasattr(self._handle, "set_session"):  # psycopg2, which would open a transaction
            self._handle.autocommit = True

    def execute(self, sql: str, values: Sequence[Any] | None = None) -> Any:  # noqa: ANN401
        cursor = self._handle.cursor()
        cursor.execute(sql, values) if values is not None else cursor.execute(sql)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def close(self) -> None:
        self._handle.close()


# Reading events


def node_started(msg: Any) -> NodeStarted | None:  # noqa: ANN401 - protobuf
    info = msg.data.node_info
    if info.materialized == "ephemeral":
        return None
    return NodeStarted(_node(info), _milliseconds(msg.info.ts), msg.info.thread or None)


def node_finished(msg: Any) -> NodeFinished | None:  # noqa: ANN401 - protobuf
    info, result = msg.data.node_info, msg.data.run_result
    if info.materialized == "ephemeral":
        return None
    marks = [
        _milliseconds(mark)
        for each in result.timing_info
        for mark in (each.started_at, each.completed_at)
        if mark.seconds
    ]
    is_split = len(marks) == 4 and marks[2] >= marks[1]
    response = result.adapter_response.fields
    rows = response["rows_affected"].number_value if "rows_affected" in response else None
    is_test = info.resource_type in ("test", "unit_test")
    return NodeFinished(
        node=_node(info),
        dbt_status=result.status.lower(),
        started_ms=marks[0] if marks else None,
        at_ms=marks[-1] if marks else _milliseconds(msg.info.ts),
        thread=result.thread or None,
        message=result.message or None,
        compile_ms=marks[1] - marks[0] if is_split else None,
        execute_ms=marks[3] - marks[2] if is_split else None,
        rows_affected=int(rows) if rows is not None and rows >= 0 else None,
        query_id=response["query_id"].string_value or None if "query_id" in response else None,
        failures=result.num_failures if is_test else None,
    )


def node_cancelled(msg: Any) -> NodeCancelled:  # noqa: ANN401 - protobuf
    """A connection is named after the node that uses it."""
    return NodeCancelled(msg.data.conn_name)


def word_for_us(msg: Any) -> str | None:  # noqa: ANN401 - protobuf
    """What the macro tell_recorder() said, None for any other line."""
    text: str = msg.data.msg
    return text[len(ADDRESS) :] if text.startswith(ADDRESS) else None


def is_interrupt() -> bool:
    """Whether the error that dbt is just reporting is a Ctrl-C, or came up while dbt handled one:
    it says so in no event.
    """
    error = sys.exc_info()[1]
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


def _node(info: Any) -> Node:  # noqa: ANN401 - protobuf
    relation = info.node_relation
    return Node(
        info.unique_id,
        info.node_name,
        info.resource_type,
        relation.database or None,
        relation.schema or None,
    )


def _milliseconds(moment: Any) -> int:  # noqa: ANN401 - protobuf
    return int(moment.seconds) * 1000 + int(moment.nanos) // 1_000_000


# Speaking to the user and to the system


def say(text: str, is_for_users: bool = True) -> None:
    """One line of dbt's own log; on the console only when a user should see it."""
    fire_event(Note(msg=text), level=EventLevel.INFO if is_for_users else EventLevel.DEBUG)


class Signals:
    """Ctrl-C, which is noted and goes its way, and SIGTERM, of which dbt takes no notice: it simply
    dies. It still does, a moment later.
    """

    def __init__(self, interrupted: Callable[[int], None], terminated: Callable[[], None]) -> None:
        self._interrupted, self._terminated = interrupted, terminated
        self._interruptions = 0
        self._before: dict[int, Any] = {}

    def watch(self) -> None:
        """Only what nobody else handles, and where Python allows it."""
        if threading.current_thread() is not threading.main_thread():
            return
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            self._before[signal.SIGTERM] = signal.signal(signal.SIGTERM, self._die)
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            self._before[signal.SIGINT] = signal.signal(signal.SIGINT, self._interrupt)

    def forget(self) -> None:
        if threading.current_thread() is threading.main_thread():
            while self._before:
                signal.signal(*self._before.popitem())

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        self._interruptions += 1
        self._interrupted(self._interruptions)
        signal.default_int_handler(number, frame)

    def _die(self, *_: object) -> None:
        self.forget()
        try:
            self._terminated()
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
