"""Labels as a PDF, one page of 4 by 6 inches each, for any printer."""

from __future__ import annotations

import io
from collections.abc import Iterable

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from include.ship_notices.label_layout import HEIGHT, WIDTH, Bars, Mark, Rule, Words, lay_out
from include.ship_notices.labels import Label

_FNC1 = "\xf1"
_CAPITALS = 0.718  # the height of Helvetica's capitals


def render_pdf(labels: Iterable[Label]) -> bytes:
    """A page for each label, in this order; the same labels give the same bytes. ValueError where there is none."""
    output = io.BytesIO()
    canvas = Canvas(output, pagesize=(WIDTH * mm, HEIGHT * mm), invariant=1)
    canvas.setTitle("Labels")
    for label in labels:
        for mark in lay_out(label):
            _draw(canvas, mark)
        canvas.showPage()
    if canvas.getPageNumber() == 1:
        raise ValueError("There is no label to print.")
    canvas.save()
    return output.getvalue()


def _draw(canvas: Canvas, mark: Mark) -> None:
    """The origin of a page is its lower left corner."""
    match mark:
        case Rule():
            canvas.rect(
                mark.left * mm, _up(mark.top + mark.height), mark.width * mm, mark.height * mm, stroke=0, fill=1
            )
        case Words():
            canvas.setFont(mark.font, mark.size * mm)
            baseline = _up(mark.top + mark.size * _CAPITALS)
            if mark.width is None:
                canvas.drawString(mark.left * mm, baseline, mark.text)
            else:
                canvas.drawCentredString((mark.left + mark.width / 2) * mm, baseline, mark.text)
        case Bars():
            bars = Code128(_FNC1 + mark.content, barWidth=mark.module * mm, barHeight=mark.height * mm, quiet=False)
            left = mark.left * mm + (mark.width * mm - bars.width) / 2
            bars.drawOn(canvas, left, _up(mark.top + mark.height))


def _up(down: float) -> float:
    return (HEIGHT - down) * mm
