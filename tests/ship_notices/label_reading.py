"""Labels as others see them: a PDF drawn by PDFium, ZPL drawn by Zebrash, bar codes read by ZXing."""

from __future__ import annotations

import base64
import io
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from include.workstation import node_packages, system_packages

DPI = 203
_FIELD = re.compile(r"\^FH\^FD([^^~]*)\^FS")
_BYTE = re.compile(rb"_([0-9A-F]{2})")


@dataclass(frozen=True)
class Scan:
    """A bar code as a reader reports it: `symbology` is ]C1 for GS1-128, ]C0 for a Code 128 without its FNC1."""

    symbology: str
    content: str


def pages(pdf: bytes) -> list[Image.Image]:
    """Every page in grey at the resolution of a common label printer."""
    return [page.render(scale=DPI / 72, grayscale=True).to_pil() for page in pypdfium2.PdfDocument(pdf)]


def page_texts(pdf: bytes) -> list[str]:
    """The text of every page, in the lines in which it stands."""
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


def draw(zpl: str, dots_per_mm: int = 8) -> list[Image.Image]:
    """Every label in the ZPL; the test is left out where `make test` could not install the renderer."""
    folder, node = node_packages.ZPL_RENDERER, system_packages.find_program("node")
    if node is None or not node_packages.is_installed(folder):
        pytest.skip("the ZPL renderer is not installed; make test does it where there are npm and a network")
    words = [node, str(folder / "draw.mjs"), str(dots_per_mm)]
    done = subprocess.run(words, input=zpl, capture_output=True, text=True, check=True)
    return [Image.open(io.BytesIO(base64.b64decode(line))).convert("L") for line in done.stdout.split()]


def scan(image: Image.Image) -> list[Scan]:
    """The bar codes from the top down."""
    found = zxingcpp.read_barcodes(image, text_mode=zxingcpp.TextMode.Plain)
    found.sort(key=lambda each: each.position.top_left.y)
    return [Scan(each.symbology_identifier, each.text) for each in found]


def scan_last(images: Iterable[Image.Image]) -> list[Scan]:
    """The lowest bar code of each."""
    return [scan(image)[-1] for image in images]


def field_texts(zpl: str) -> list[str]:
    """What the text fields say once their ^FH is undone, as a printer under ^CI28 reads it."""
    return [_BYTE.sub(_as_byte, field.encode()).decode() for field in _FIELD.findall(zpl)]


def commands(zpl: str) -> list[str]:
    """Every ^ and ~ command, in order."""
    return re.findall(r"[\^~].{2}", zpl, re.DOTALL)


def _as_byte(match: re.Match[bytes]) -> bytes:
    return bytes.fromhex(match[1].decode())
