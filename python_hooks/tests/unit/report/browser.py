"""A headless Chromium, driven over DevTools: JSON through a pair of pipes, so nothing else is needed."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ANSWER_SECONDS = 60.0
# Chromium reads commands from descriptor 3 and writes answers to 4.
READS, WRITES = 3, 4
OPTIONS = (
    *("--headless=shell", "--remote-debugging-pipe", "--no-sandbox", "--no-zygote"),
    *("--in-process-gpu", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--no-first-run"),
    *("--font-render-hinting=none", "--force-color-profile=srgb"),
)


class BrowserError(Exception):
    """The browser did not do what it was told."""


@dataclass
class Page:
    """One tab, and everything that it complained about or asked the network for."""

    browser: Browser
    session: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        return self.browser.call(method, parameters, self)

    def open(self, file: Path) -> float:
        """Seconds until the page says that it is drawn."""
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        began = time.monotonic()
        self.call("Page.navigate", url=file.as_uri())
        self.wait_for("document.documentElement?.dataset.state === 'drawn'")
        return time.monotonic() - began

    def wait_for(self, condition: str) -> None:
        until = time.monotonic() + ANSWER_SECONDS
        while not self.value(condition):
            if time.monotonic() > until:
                raise BrowserError(f"never came true: {condition}. {self.complaints}")
            time.sleep(0.02)

    def value(self, expression: str) -> Any:  # noqa: ANN401 - whatever the page says
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise BrowserError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def press(self, key: str, code: int, text: str = "") -> None:
        for kind in ("keyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=code,
                **({"text": text} if text and kind == "keyDown" else {}),
            )

    def look(self, *, scheme: str = "light", width: int = 1280, media: str = "screen") -> None:
        """As somebody sees it who prefers this scheme, in a window of this width."""
        self.call(
            "Emulation.setEmulatedMedia",
            media=media,
            features=[{"name": "prefers-color-scheme", "value": scheme}],
        )
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=False,
        )

    def picture(self, file: Path) -> None:
        answer = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(answer["data"]))

    def printed(self) -> bytes:
        answer = self.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        return base64.b64decode(answer["data"])

    def note(self, event: Mapping[str, Any]) -> None:
        method, said = event["method"], event["params"]
        if method == "Runtime.exceptionThrown":
            self.complaints.append(str(said["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled" and said["type"] in ("error", "warning"):
            self.complaints.append(str(said["args"]))
        elif method == "Log.entryAdded" and said["entry"]["level"] in ("error", "warning"):
            self.complaints.append(str(said["entry"]["text"]))
        elif method == "Network.requestWillBeSent":
            self.requests.append(said["request"]["url"])


class Browser:
    def __init__(self, folder: Path) -> None:
        self._pages: dict[str, Page] = {}
        self._number = 0
        self._buffer = b""
        self._scratch = tempfile.mkdtemp(prefix="run-ledger-browser-")
        commands_out, self._write = os.pipe()
        self._read, answers_in = os.pipe()
        # 3 and 4 may be taken here, so both ends move out of the way before they are placed.
        high = [os.dup(commands_out), os.dup(answers_in)]
        moves = [(os.POSIX_SPAWN_DUP2, fd, 100 + n) for n, fd in enumerate(high)]
        places = [(os.POSIX_SPAWN_DUP2, 100 + n, fd) for n, fd in enumerate((READS, WRITES))]
        silence = [(os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)]
        self._process = os.posix_spawn(
            str(folder / "chromium"),
            [str(folder / "chromium"), *OPTIONS, f"--user-data-dir={self._scratch}"],
            {
                **os.environ,
                "LD_LIBRARY_PATH": str(folder / "lib"),
                "FONTCONFIG_PATH": str(folder),
                "HOME": self._scratch,
            },
            file_actions=[*moves, *places, *silence],
            setpgroup=0,
        )
        for fd in (commands_out, answers_in, *high):
            os.close(fd)

    def page(self) -> Page:
        made = self.call("Target.createTarget", {"url": "about:blank"})
        attached = self.call(
            "Target.attachToTarget", {"targetId": made["targetId"], "flatten": True}
        )
        page = Page(self, attached["sessionId"])
        self._pages[page.session] = page
        return page

    def call(
        self, method: str, parameters: Mapping[str, object], page: Page | None = None
    ) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if page:
            message["sessionId"] = page.session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            session = self._pages.get(answer.get("sessionId", ""))
            if session and "method" in answer:
                session.note(answer)

    def _next(self) -> dict[str, Any]:
        until = time.monotonic() + ANSWER_SECONDS
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read], [], [], max(until - time.monotonic(), 0))
            piece = os.read(self._read, 1 << 20) if ready else b""
            if not piece:
                raise BrowserError("the browser said nothing more.")
            self._buffer += piece
        line, _, self._buffer = self._buffer.partition(b"\0")
        said: dict[str, Any] = json.loads(line)
        return said

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        os.close(self._write)
        os.close(self._read)
        shutil.rmtree(self._scratch, ignore_errors=True)


@contextlib.contextmanager
def browser_in(folder: Path) -> Iterator[Browser]:
    browser = Browser(folder)
    try:
        yield browser
    finally:
        browser.close()
