"""`python -m include.relationships [FOLDER]`: say what a folder of relationships holds and what is wrong in it."""

from __future__ import annotations

import sys
from pathlib import Path

from include.errors import ConfigurationError
from include.relationships.loading import load_relationships


def main(arguments: list[str]) -> int:
    """Print each relationship and each fault; 1 where there is a fault."""
    try:
        loaded = load_relationships(Path(arguments[0]) if arguments else None)
    except ConfigurationError as missing:
        print(missing)
        return 1
    for each in loaded.relationships:
        print(f"{each.name}: {each.mode}, {each.partner.id} to {each.ours.id}, customer {each.customer}")
    print(f"{len(loaded.address_book.centres)} fulfilment centres")
    for fault in loaded.faults:
        print(f"wrong: {fault}")
    return 1 if loaded.faults or not loaded.relationships else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
