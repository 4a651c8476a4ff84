"""Rows that could not be written, kept beside the project until a later job can.

One file a job, in ``<target folder>/run_ledger``, or where the environment says: Cosmos and Dagster
give each run a target folder of its own, which no later job looks into. The name begins with the
moment it was kept, so that sorted names are in order. Loading a row twice changes nothing: the
statements that load it find the row by its PROCESS_STEP_ID and leave a closed one alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER = "run_ledger"
ELSEWHERE = "RUN_LEDGER_SPOOL"
# A loader that died keeps its files from the others no longer than this.
CLAIM_SECONDS = 120.0
# One job does not spend its time on the rows of a thousand others, and a warehouse that can never be
# written must not fill the disk: of more rows the oldest are dropped.
MOST_LOADED = 100
MOST_KEPT = 1000
# No row is begun after so long: a warehouse that is slow, or locked, is so for each of them.
LOAD_SECONDS = 5.0
_CLAIM = ".claimed-"

Row = dict[str, Any]


class Spool:
    """The folder of rows that wait."""

    def __init__(self, target: Path) -> None:
        self.folder = Path(os.environ.get(ELSEWHERE) or target / FOLDER)

    def keep(self, row: Row) -> Path:
        """Write a row whole or not at all; raises OSError where there is no room."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{time.time_ns():020d}-{row['process_step_id']}.json"
        path = self.folder / name
        partial = path.with_suffix(".partial")
        for old in self.waiting()[: 1 - MOST_KEPT]:
            old.unlink(missing_ok=True)
        try:
            partial.write_text(json.dumps(row))
            partial.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                partial.unlink()
            raise
        return path

    def waiting(self) -> list[Path]:
        """Files in the order in which they were kept, those of loaders that died included."""
        if not self.folder.is_dir():
            return []
        free = [path for path in self.folder.iterdir() if path.suffix == ".json"]
        oldest = time.time() - CLAIM_SECONDS
        for path in self.folder.glob(f"*{_CLAIM}*"):
            with contextlib.suppress(FileNotFoundError):  # its loader has just finished
                if path.stat().st_mtime < oldest:
                    free.append(path)
        return sorted(free)

    def load(
        self,
        send: Callable[[Row], None],
        *,
        seconds: float = LOAD_SECONDS,
        may_go_on: Callable[[], bool] = lambda: True,
    ) -> int:
        """Hand each row over, oldest first, and forget it; how many.

        A row that ``send`` fails on waits for the next time and holds up none of the others; the
        first such error is raised at the end. A file that is no row is set aside, and one that may
        not be read is left to whom it belongs.
        """
        loaded = 0
        failure: Exception | None = None
        deadline = time.monotonic() + seconds
        for path in self.waiting()[:MOST_LOADED]:
            if time.monotonic() > deadline or not may_go_on():
                break
            try:
                loaded += self._load(path, send)
            except Exception as error:  # noqa: BLE001 - raised below, after the others had their turn
                failure = failure or error
        if failure is not None:
            raise failure
        return loaded

    def _load(self, path: Path, send: Callable[[Row], None]) -> bool:
        claimed = self._claim(path)
        if claimed is None:
            return False
        try:
            row = _row_in(claimed)
            if row is not None:
                send(row)
        except BaseException:
            claimed.replace(self.folder / _name(path))
            raise
        if row is None:
            claimed.replace(self.folder / (_name(path) + ".broken"))
            return False
        claimed.unlink()
        return True

    def _claim(self, path: Path) -> Path | None:
        """The file under a name that is ours alone, None when another loader was faster."""
        claimed = self.folder / f"{_name(path)}{_CLAIM}{os.getpid()}-{time.time_ns()}"
        try:
            # The age of a claim counts from now on.
            os.utime(path)
            path.replace(claimed)
        except FileNotFoundError:
            return None
        return claimed


def _row_in(path: Path) -> Row | None:
    try:
        row = json.loads(path.read_text())
    except ValueError:
        return None
    return row if isinstance(row, dict) and "process_step_id" in row else None


def _name(path: Path) -> str:
    return path.name.split(_CLAIM)[0]
