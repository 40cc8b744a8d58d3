"""Makes 850 files of any size: orders of so many lines, in one group, always the same for the same numbers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

LINES = 20
ISA = "ISA*00*          *00*          *ZZ*AMAZON         *ZZ*VENDOR1        *261124*1500*U*{isa12}*000000001*0*P*>"


def order_segments(number: int, lines: int = LINES, *, seed: int = 7) -> list[str]:
    """The segments of one order between ST and SE."""
    rng = random.Random(seed * 1_000_003 + number)
    segments = [
        f"BEG*00*NE*T{number:07X}**20261124",
        "REF*CR*VNDR1",
        "REF*PD*DEAL7",
        "PER*OC*JO DOE*TE*2065550100",
        "CSH*Y",
        "DTM*064*20261201",
        "DTM*063*20261208",
        "N1*ST*NORTH CENTRE*92*PHX6",
        "N3*6835 WEST BUCKEYE ROAD",
        "N4*PHOENIX*AZ*85043*US",
    ]
    total = 0
    for line in range(1, lines + 1):
        quantity = rng.randint(1, 500)
        total += quantity
        price = f"{rng.randint(100, 99_999) / 100:.2f}"
        asin, upc = f"B0{rng.randint(10**7, 10**8 - 1)}", rng.randint(10**11, 10**12 - 1)
        segments.append(f"PO1*{line}*{quantity}*EA*{price}*PE*BP*{asin}*UP*{upc}")
    segments.append(f"CTT*{lines}*{total}")
    return segments


def _parts(orders: int, lines: int, isa12: str) -> Iterator[str]:
    yield ISA.format(isa12=isa12) + "~GS*PO*AMAZON*VENDOR1*20261124*1500*1*X*004010~"
    for number in range(1, orders + 1):
        control_number = f"{number:04}" if orders <= 9999 else f"{number:09}"
        segments = order_segments(number, lines)
        body = "~".join(segments)
        yield f"ST*850*{control_number}~{body}~SE*{len(segments) + 2}*{control_number}~"
    yield f"GE*{orders}*1~IEA*1*000000001~"


def interchange(orders: int, lines: int = LINES, *, isa12: str = "00401") -> bytes:
    return "".join(_parts(orders, lines, isa12)).encode()


def write_file(path: Path, orders: int, lines: int = LINES) -> Path:
    """Writes the file unless it is there."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        with unfinished.open("wb") as file:
            for part in _parts(orders, lines, "00401"):
                file.write(part.encode())
        unfinished.rename(path)
    return path
