"""Labels as ZPL, the language of Zebra's label printers, one ^XA … ^XZ each.

The text is pure ASCII: all but plain signs is written as hexadecimal (^FH) of UTF-8 (^CI28), so that nothing out of a
document can end a field or begin a command, and no re-encoding on the way to the printer can spoil it.
"""

from __future__ import annotations

import string
from collections.abc import Iterable

from include.ship_notices.label_layout import HEIGHT, WIDTH, Bars, Mark, Rule, Words, lay_out
from include.ship_notices.labels import Label

RESOLUTIONS = (8, 12, 24)
_PLAIN = frozenset(string.ascii_letters + string.digits + " .,:;()/#+-'&")
_START_B, _START_C, _FNC1 = ">:", ">;", ">8"


def render_zpl(labels: Iterable[Label], dots_per_mm: int = 8) -> str:
    """A format for each label, in this order; 8 dots per mm are 203 dpi, 12 are 300, 24 are 600.

    ValueError where there is no label or no such printer: below 8 the narrow bars have no whole number of dots.
    """
    if dots_per_mm not in RESOLUTIONS:
        raise ValueError(f"Label printers have 8, 12 or 24 dots per millimetre, not {dots_per_mm}.")
    formats = [_format(label, dots_per_mm) for label in labels]
    if not formats:
        raise ValueError("There is no label to print.")
    return "".join(formats)


def _format(label: Label, dots_per_mm: int) -> str:
    width, height = round(WIDTH * dots_per_mm), round(HEIGHT * dots_per_mm)
    fields = "".join(_field(mark, dots_per_mm) for mark in lay_out(label))
    return f"^XA^CI28^LH0,0^FWN^PW{width}^LL{height}\n{fields}^XZ\n"


def _field(mark: Mark, scale: int) -> str:
    match mark:
        case Rule():
            width, height = round(mark.width * scale), round(mark.height * scale)
            command = f"^GB{width},{height},{min(width, height)}"
            return _at(mark.left, mark.top, scale) + f"{command}^FS\n"
        case Words():
            block = "" if mark.width is None else f"^FB{round(mark.width * scale)},1,0,C"
            font = f"^A0N,{round(mark.size * scale)}{block}"
            return _at(mark.left, mark.top, scale) + f"{font}^FH^FD{_escaped(mark.text)}^FS\n"
        case Bars():
            return _bars(mark, scale)


def _bars(bars: Bars, scale: int) -> str:
    module = round(bars.module * scale)
    pairs = len(bars.content) % 2 == 0 and bars.content.isdigit()
    symbols = len(bars.content) // 2 if pairs else len(bars.content)
    modules = 11 * (symbols + 3) + 13  # start, FNC1 and check symbol; the stop is 13 wide
    left = bars.left + (bars.width - modules * module / scale) / 2
    start = _START_C if pairs else _START_B
    size = f"^BY{module}^BCN,{round(bars.height * scale)},N,N,N,N"
    return _at(left, bars.top, scale) + f"{size}^FD{start}{_FNC1}{bars.content}^FS\n"


def _at(left: float, top: float, scale: int) -> str:
    return f"^FO{round(left * scale)},{round(top * scale)}"


def _escaped(text: str) -> str:
    return "".join(each if each in _PLAIN else _hexadecimal(each) for each in text)


def _hexadecimal(character: str) -> str:
    return "".join(f"_{byte:02X}" for byte in character.encode())
