"""The 810 on its way out: by our guide and the second validator into the ledger, and from there to the mailbox."""

from __future__ import annotations

import pytest

from include.amazon.x12_810 import parse_invoice, write_invoice
from include.documents.sending import write_document
from include.errors import RejectedError
from tests.amazon.invoice_values import SETTINGS, invoice
from tests.documents.conftest import NOW
from tests.documents.interchanges import relationship
from tests.x12.readers import amazon, read, sets_of


def write(office, body):
    return write_document(
        office.connection,
        relationship(),
        "810",
        body,
        business_key="810 INV-1001",
        purchase_order_number="4ABCD123",
        now=NOW,
    )


def test_an_invoice_is_published_in_a_group_of_invoices_and_tells_what_was_billed(office):
    write(office, write_invoice(invoice(), SETTINGS))
    office.connection.commit()

    office.publish()

    (name,) = office.published()
    (received,) = sets_of(read((office.outbound / name).read_bytes(), amazon))
    assert (received.group.functional_identifier, received.group.version) == ("IN", "004010")
    assert parse_invoice(received.segments) == invoice()


@pytest.mark.parametrize("missing", ["CUR", "ITD", "TDS", "CTT"])
def test_an_invoice_that_lacks_a_segment_leaves_no_trace(office, missing):
    body = [segment for segment in write_invoice(invoice(), SETTINGS) if segment[0] != missing]

    with pytest.raises(RejectedError), office.connection.transaction():
        write(office, body)

    assert office.count("document") == office.count("outbox") == 0
