"""A ship notice and a stock report leave in releases of their own, whatever else a relationship writes in."""

from __future__ import annotations

import pytest

from include.amazon.stock_reports import StockReportSettings
from include.amazon.x12_846 import write_stock_report
from include.documents.sending import releases_of, write_document
from include.errors import RejectedError
from include.x12.envelope import GroupHeader, InterchangeHeader
from tests.amazon.stock_report_values import report
from tests.documents.conftest import NOW
from tests.documents.interchanges import order, relationship
from tests.x12.readers import only, read
from tests.x12.test_hierarchy import NOTICE


def send(office, kind, body):
    write_document(
        office.connection, relationship(), kind, body, business_key=kind, purchase_order_number=None, now=NOW
    )
    office.connection.commit()
    office.publish()
    (name,) = office.published()
    return read((office.outbound / name).read_bytes())


def test_856_01_a_notice_leaves_as_sh_in_5010(office):
    events = send(office, "856", NOTICE)

    header, group = only(events, InterchangeHeader), only(events, GroupHeader)
    assert (header.release, header.delimiters.repetition) == ("00501", "^")
    assert (group.functional_identifier, group.version) == ("SH", "005010")


def test_a_stock_report_leaves_as_ib_in_00401(office):
    body = write_stock_report(report(), StockReportSettings())

    events = send(office, "846", body)

    header, group = only(events, InterchangeHeader), only(events, GroupHeader)
    assert (header.release, header.delimiters.repetition) == ("00401", None)
    assert (group.functional_identifier, group.version) == ("IB", "004010")


def test_every_other_document_leaves_in_the_relationships_release(office):
    events = send(office, "850", [segment.split("*") for segment in order()[1]])

    assert (only(events, InterchangeHeader).release, only(events, GroupHeader).version) == ("00400", "004010")
    assert releases_of(relationship(), "810") == ("00400", "004010")


def test_a_notice_with_a_broken_tree_is_not_stored(office):
    body = [["HL", "4", "9", "I"] if segment[:2] == ["HL", "4"] else segment for segment in NOTICE]

    with pytest.raises(RejectedError, match="HL02"):
        send(office, "856", body)

    assert office.count("transmission") == 0
