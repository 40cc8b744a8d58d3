"""One measurement of pyx12 with our map of the 850: `python -m benchmarks.engine.pyx12_peer FILE WARM_FILE`.

It reads, checks against the map and writes its 997; the maps are loaded outside the clock and kept.
"""

from __future__ import annotations

import functools
import io
import json
import logging
import sys
import time
from pathlib import Path

import pyx12.map_if
import pyx12.params
import pyx12.x12n_document

from include.x12 import second_opinion

MAPS = Path(second_opinion.__file__).parent / "pyx12_maps"


def _read(path: Path, params: pyx12.params.ParamsBase) -> bool:
    with path.open(encoding="ascii") as file:
        return bool(
            pyx12.x12n_document.x12n_document(params, file, io.StringIO(), None, map_path=str(MAPS))  # type: ignore[no-untyped-call] # pyx12 ships no types
        )


def main() -> None:
    path, warm = map(Path, sys.argv[1:])
    logging.getLogger("pyx12").addHandler(logging.NullHandler())
    pyx12.map_if.load_map_file = functools.cache(pyx12.map_if.load_map_file)
    params = pyx12.params.ParamsBase()
    _read(warm, params)
    started = time.process_time()
    accepted = _read(path, params)
    print(json.dumps({"cpu": time.process_time() - started, "accepted": accepted}))


if __name__ == "__main__":
    main()
