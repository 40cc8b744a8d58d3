"""`python -m include.sandbox.cin7 --port P --data catalogue.json --state FILE [--behaviour JSON]`."""

from __future__ import annotations

import argparse
import gc
import json
from pathlib import Path

import uvicorn

from include.sandbox.cin7.saving import Saving
from include.sandbox.cin7.server import Cin7Server, ClosableProtocol


def main() -> None:
    """Serve on the loopback address until stopped."""
    parser = argparse.ArgumentParser(prog="python -m include.sandbox.cin7", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path, required=True, help="the catalogue file of a scenario")
    parser.add_argument("--state", type=Path, required=True, help="where a restart goes on from")
    parser.add_argument("--behaviour", type=json.loads, default={}, help="switches, as a JSON object")
    words = parser.parse_args()
    saving = Saving(words.state)
    gc.disable()  # what is read now comes to stay: half a million rows are not searched for rubbish
    application = Cin7Server(saving.open_world(words.data, words.behaviour), saving)
    gc.freeze()
    gc.enable()
    uvicorn.run(application, host="127.0.0.1", port=words.port, http=ClosableProtocol, log_level="warning",
                access_log=False, timeout_keep_alive=75)  # fmt: skip


if __name__ == "__main__":
    main()
