"""Scenarios written once for a file of tests, somebody who is told, and a Cin7 Core whose minutes are short."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.sandbox.cin7_process import COMPANY, Cin7Process
from tests.sandbox.written_scenarios import NAMES, Written, write

FACTOR = 6000  # a minute in ten milliseconds


class Listener:
    """Somebody who is told; it answers with `status`."""

    def __init__(self) -> None:
        self.heard: queue.Queue[tuple[dict, dict]] = queue.Queue()
        self.status = 200
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def next(self):
        """The next message's body and headers."""
        return self.heard.get(timeout=30)

    def close(self):
        """Hear no more."""
        self._server.shutdown()
        self._server.server_close()

    def _handler(listener):  # noqa: N805 - `self` is the request's
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(listener.status)
                self.send_header("Content-Length", "0")
                self.end_headers()
                listener.heard.put((body, dict(self.headers)))

            def log_message(self, *_):
                pass

        return Handler


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Somebody who is told."""
    one = Listener()
    yield one
    one.close()


@pytest.fixture(scope="module")
def fast_process(tmp_path_factory) -> Iterator[Cin7Process]:
    """A Cin7 Core whose minutes are short."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VENDORLANE_CLOCK", f"{datetime.now(UTC).isoformat()}@{FACTOR}")
        process = Cin7Process(tmp_path_factory.mktemp("fast"))
    yield process
    process.close()


@pytest.fixture
def fast(fast_process) -> Cin7Process:
    """The same, anew."""
    fast_process.become(COMPANY)
    return fast_process


@pytest.fixture(scope="module", params=sorted(NAMES))
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp(request.param)
    return write(folder, request.param, *NAMES[request.param])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return write(tmp_path_factory.mktemp("demo"), "demo")


@pytest.fixture(scope="module")
def simulation(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return write(tmp_path_factory.mktemp("simulation"), "simulation")
