"""The 810: its bytes by golden files, what is written is read again the same, and who finds what is spoiled."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.amazon.invoice_rules import check_invoice, check_written
from include.amazon.invoices import Charge, Tax
from include.amazon.x12_810 import InvoiceSettings, OrderPair, parse_invoice, stated_total, write_invoice
from include.errors import RejectedError
from include.x12 import second_opinion
from include.x12.writing import write_interchange
from tests.amazon.golden_files import cases, expected, name_of
from tests.amazon.invoice_values import SETTINGS, TODAY, as_invoice, as_settings, invoice, invoices, line
from tests.x12.outgoing import envelope, group
from tests.x12.readers import amazon, findings_of, plain, read, sets_of


def written(told, chosen=SETTINGS, guide_for=amazon):
    return write_interchange(envelope(), [group("810", write_invoice(told, chosen))], guide_for=guide_for)


def segments_of(content):
    (received,) = sets_of(read(content, amazon))
    return received.segments


def faults_of(told, chosen=SETTINGS):
    return check_invoice(told, today=TODAY, bill_to=told.bill_to, terms=told.terms, settings=chosen)


@pytest.mark.parametrize("path", cases("810"), ids=name_of)
def test_an_810_is_written_as_its_golden_file_stands_and_read_as_its_values(path):
    told = expected(path)
    values, chosen = as_invoice(told["invoice"]), as_settings(told["settings"])

    content = written(values, chosen)

    assert content.decode() == path.read_text().replace("\n", "")
    assert second_opinion.check(content) == ()
    assert faults_of(values, chosen) == ()
    assert check_written(segments_of(content)) == ()
    assert parse_invoice(segments_of(content)) == values


def test_there_are_golden_files():
    assert len(cases("810")) == 6


@settings(max_examples=50)
@given(invoices(), st.sampled_from([OrderPair.ALWAYS, OrderPair.WHEN_SEVERAL]), st.sampled_from(["NT", None]))
def test_what_is_written_is_read_again_the_same_and_both_validators_pass_it(values, pair, basis):
    chosen = replace(SETTINGS, order_pair=pair, price_basis=basis)

    content = written(values, chosen)

    assert parse_invoice(segments_of(content)) == values
    assert findings_of(read(content, amazon)) == findings_of(read(content, plain)) == []
    assert second_opinion.check(content) == ()
    assert faults_of(values, chosen) == check_written(segments_of(content)) == ()


@given(invoices(), st.integers(-(10**6), 10**6).filter(bool))
def test_810_03_a_total_that_is_cents_off_is_found_in_what_was_written(values, cents):
    body = write_invoice(values, SETTINGS)
    (total,) = (segment for segment in body if segment[0] == "TDS")
    total[1] = str(int(total[1]) + cents)

    (fault,) = check_written(body)

    assert (fault.rule, fault.field) == ("810-03", "total")
    assert str(values.total) in fault.sentence


@pytest.mark.parametrize(
    ("quantity", "price", "amount"),
    [
        ("7", "0.3333", "2.33"),
        ("1", "1.0050", "1.01"),
        ("3", "59.945", "179.84"),
        ("3", "0.0017", "0.01"),
        ("2", "0.0017", "0.00"),
        ("9999999999", "99999999999999999", "999999999899999990000000001.00"),
    ],
)
def test_a_line_is_rounded_half_up_to_the_cent(quantity, price, amount):
    assert line("1", quantity, price).amount == Decimal(amount)


def test_lines_are_rounded_before_they_are_summed():
    thirds = invoice(*(line(str(place), "1", "0.335") for place in range(1, 4)))

    assert thirds.lines_total == Decimal("1.02")


def test_an_order_is_told_on_the_lines_where_the_heading_leaves_it_open():
    chosen = InvoiceSettings(order_pair=OrderPair.WHEN_SEVERAL)
    named, unnamed = invoice(), invoice(purchase_order_number=None)

    assert [len(segment) for segment in write_invoice(named, chosen) if segment[0] == "IT1"] == [8]
    assert [segment[8:] for segment in write_invoice(unnamed, chosen) if segment[0] == "IT1"] == [["PO", "4ABCD123"]]


@pytest.mark.parametrize(
    "told",
    [
        invoice(charges=(Charge(True, "C310", Decimal("119.88")),)),
        invoice(charges=(Charge(True, "C310", Decimal("120")),)),
        invoice(charges=(Charge(False, "D240", Decimal("1.005")),)),
        invoice(taxes=(Tax("ST", Decimal("0.001")),)),
    ],
    ids=["nothing", "less than nothing", "half a cent of freight", "a tenth of a cent of tax"],
)
def test_an_amount_that_an_810_cannot_say_is_not_written(told):
    with pytest.raises(RejectedError):
        write_invoice(told, SETTINGS)


CONTENT = written(
    invoice(charges=(Charge(False, "D240", Decimal("18.50")),), taxes=(Tax("ST", Decimal("9.89"), Decimal("0.0825")),))
).decode()
REMIT_TO = "N1*RI*Vendor Goods LLC*92*VNDR1~N3*1 Mill Road~N4*Dayton*OH*45402*US~"
BILL_TO = "N1*BT*Example Buyer Inc*92*AMZ01~N3*PO Box 80387*Accounts Payable~N4*Seattle*WA*98108*US~"
SPOILED = {
    "invoice number missing": ("*INV-1001*", "**"),
    "invoice number too long": ("INV-1001", "I" * 23),
    "date impossible": ("20261203", "20261303"),
    "CUR missing": ("CUR*SE*USD~", ""),
    "CUR01 unknown": ("CUR*SE", "CUR*PR"),
    "remit-to missing": (REMIT_TO, ""),
    "bill-to missing": (BILL_TO, ""),
    "state too long": ("*OH*", "*OHIO*"),
    "ITD missing": ("ITD*01*3*2**30**60~", ""),
    "ITD without net days": ("*30**60~", "*30~"),
    "discount without its days": ("ITD*01*3*2**30*", "ITD*01*3*2***"),
    "line missing": ("IT1*1*12*EA*9.99*NT*BP*B0EXAMPLE1*PO*4ABCD123~", ""),
    "quantity missing": ("IT1*1*12*", "IT1*1**"),
    "quantity no number": ("IT1*1*12*", "IT1*1*TEN*"),
    "unit missing": ("*EA*9.99", "**9.99"),
    "price missing": ("*9.99*", "**"),
    "item without its qualifier": ("*BP*B0EXAMPLE1", "**B0EXAMPLE1"),
    "order without its qualifier": ("*PO*4ABCD123~", "**4ABCD123~"),
    "TDS missing": ("TDS*14827~", ""),
    "TDS with a decimal point": ("TDS*14827~", "TDS*148.27~"),
    "TDS too long": ("TDS*14827~", "TDS*1234567890123456~"),
    "TDS before the lines": ("IT1*1*12", "TDS*14827~IT1*1*12"),
    "TXI01 too long": ("TXI*ST", "TXI*VAT"),
    "TXI without an amount": ("TXI*ST*9.89", "TXI*ST*"),
    "SAC01 unknown": ("SAC*C*", "SAC*Q*"),
    "SAC02 missing": ("SAC*C*D240*", "SAC*C**"),
    "SAC05 with a decimal point": ("*1850~", "*18.50~"),
    "SAC05 missing": ("***1850~", "~"),
    "SAC behind CTT": ("CTT*1*12~", "CTT*1*12~SAC*C*D240***1850~"),
    "CTT missing": ("CTT*1*12~", ""),
}


def spoiled(change):
    """The interchange with that change, its SE01 right again."""
    text = CONTENT.replace(*change, 1)
    body = text[text.index("~ST*") + 1 : text.index("~SE*") + 1]
    return text.replace("SE*16*", f"SE*{body.count('~') + 1}*").encode()


@pytest.mark.parametrize("change", SPOILED.values(), ids=SPOILED)
def test_what_is_spoiled_is_found_by_amazons_guide_and_by_the_second_validator(change):
    content = spoiled(change)

    assert change[0] in CONTENT
    assert findings_of(read(content, amazon))
    assert second_opinion.check(content)


def test_a_count_that_is_wrong_is_found_by_the_guide():
    findings = findings_of(read(CONTENT.replace("CTT*1*12", "CTT*2*13").encode(), amazon))

    assert [(each.segment_identifier, each.element_position) for each in findings] == [("CTT", 1), ("CTT", 2)]


@pytest.mark.parametrize("total", ["14826", "14828", "-14827"])
def test_a_total_a_penny_off_or_below_zero_is_found_by_the_rule_that_no_guide_can_hold(total):
    content = spoiled(("TDS*14827", f"TDS*{total}"))

    assert findings_of(read(content, amazon)) == []
    assert second_opinion.check(content) == ()
    assert [fault.rule for fault in check_written(segments_of(content))] == ["810-03"]


@pytest.mark.parametrize("missing", ["BIG", "N1*RI", "N1*BT", "N1", "ITD", "TDS"])
def test_an_invoice_that_does_not_tell_what_every_invoice_needs_is_refused(missing):
    body = [each.split("*") for each in CONTENT.split("~")[3:-4] if not each.startswith(missing)]

    with pytest.raises(RejectedError, match="does not tell"):
        check_written(body)


def test_a_tax_of_a_charge_or_a_party_of_a_line_is_not_the_invoices_own():
    body = [each.split("*") for each in CONTENT.split("~")[3:-4]]
    at = next(place for place, segment in enumerate(body) if segment[0] == "TDS")
    body[at:at] = [["SAC", "C", "D240", "", "", "100"], ["TXI", "ST", "0.08"], ["N1", "ST", "", "92", "OTHER"]]
    body[-1:-1] = [["TXI", "ST", "1.11"]]

    told = parse_invoice(body)

    assert told.ship_to is None
    assert told.lines[0].taxes == ()
    assert told.taxes == (Tax("ST", Decimal("9.89"), Decimal("0.0825")),)
    assert [charge.amount for charge in told.charges] == [Decimal("18.50")]


def test_a_case_priced_per_each_says_so_and_comes_to_all_its_eaches():
    by_each = line(quantity="10", unit="CA", unit_price="4.25", priced_units=Decimal(6))

    segments = write_invoice(invoice(by_each), SETTINGS)

    assert ["IT1", "1", "10", "CA", "4.25", "PE"] in [segment[:6] for segment in segments]
    assert stated_total(segments) == Decimal("255.00")
    assert check_written(segments, {by_each.key: Decimal(6)}) == ()
