"""What callers give: checked before the warehouse is asked, because a warehouse says it less well."""

from __future__ import annotations

import getpass
import re
import uuid
from collections.abc import Iterable

from dbt_run_ledger.errors import InputError
from dbt_run_ledger.ingestion_runs.rules import run_id_of

MAX_NAME = 64
MAX_KEY = 128
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def text(name: str, value: object, longest: int) -> str:
    if isinstance(value, str) and 0 < len(value) <= longest and "\x00" not in value:
        return value
    raise InputError(f"{name}: expected a text of 1 to {longest} characters, got {value!r}.")


def optional_text(name: str, value: object, longest: int) -> str | None:
    return None if value is None else text(name, value, longest)


def one_of(name: str, value: object, allowed: Iterable[str]) -> None:
    words = list(allowed)
    if value not in words:
        raise InputError(f"{name}: expected {', '.join(words)}, got {value!r}.")


def targets(given: Iterable[str], allowed: Iterable[str]) -> tuple[str, ...]:
    found = (given,) if isinstance(given, str) else tuple(given)
    if not found or len(set(found)) != len(found):
        raise InputError(f"target_types: expected one or more, each once, got {list(found)}.")
    for target in found:
        one_of("target_types", target, allowed)
    return found


def checked_id(run_id: object) -> str:
    found = str(run_id).lower()
    if not _UUID.fullmatch(found):
        raise InputError(
            f"run_id: expected a UUID like 123e4567-e89b-12d3-a456-426614174000, got {run_id!r}."
        )
    return found


def new_run_id(run_id: object, event_key: str | None) -> str:
    if run_id is not None:
        return checked_id(run_id)
    return (
        str(uuid.uuid4()) if event_key is None else run_id_of(text("event_key", event_key, MAX_KEY))
    )


def event_key_of(given: str | None) -> str:
    """An event without a key gets one that no other has."""
    return str(uuid.uuid4()) if given is None else text("event_key", given, MAX_KEY)


def user_name() -> str:
    try:
        return getpass.getuser()[:MAX_NAME]
    except (KeyError, OSError):
        # A container's user may have no name.
        return "unknown"
