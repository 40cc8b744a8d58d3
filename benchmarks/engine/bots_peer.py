"""One measurement of Bots' core, run by the Python of the bench's own environment: `bots_peer.py FILE WARM_FILE`.

It reads, checks against the grammar and splits by message. It writes no 997: its confirmations need Bots' database.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import types
from pathlib import Path

import botscore.inmessage
from botscore import config, node, runtime, state

sys.path.insert(0, str(Path(__file__).parent))
import bots_grammar


def _install(folder: str) -> None:
    ini = config.BotsConfig()
    runtime.ensure_runtime_defaults(ini)
    for name in ("data", "logging", "usersysabs", "botsenv"):
        ini.set("directories", name, folder)
    _module("bench", __path__=[])
    _module("bench.grammars", __path__=[])
    _module("bench.grammars.x12", __path__=[])
    records = bots_grammar.recorddefs
    _module(
        "bench.grammars.x12.x12",
        recorddefs=records,
        structure=[bots_grammar.ENVELOPE],
        nextmessage=bots_grammar.NEXT_MESSAGE,
        syntax={"charset": "us-ascii"},
    )
    _module("bench.grammars.x12.850004010", recorddefs=records, structure=[bots_grammar.ORDER], syntax={})
    state.logger = state.logmap = _Silent()
    runtime.install_runtime(ini, configdir=folder, usersys_import_path="bench", node_class=node.Node)


def _module(name: str, **names: object) -> None:
    module = types.ModuleType(name)
    vars(module).update(names)
    sys.modules[name] = module


class _Silent:
    """Bots logs whatever it is doing."""

    def __getattr__(self, _: str) -> object:
        return lambda *_, **__: None


def _read(path: str) -> int:
    document = botscore.inmessage.parse_edi_file(editype="x12", messagetype="x12", filename=path)
    document.checkforerrorlist()
    return sum(1 for _ in document.nextmessage())


def main() -> None:
    path, warm = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        _install(folder)
        _read(warm)
        started = time.process_time()
        sets = _read(path)
        print(json.dumps({"cpu": time.process_time() - started, "sets": sets}))


if __name__ == "__main__":
    main()
