"""A notice that was sent or refused goes out again by a person's word alone."""

from __future__ import annotations

from datetime import date

import pytest

from include.errors import RejectedError
from tests.ship_notices.warehouse import Line, leave, marks_of, packed, ship


def test_a_sent_notice_is_changed_only_by_a_persons_word(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    leave(warehouse)
    (sent,) = warehouse.notices()

    with pytest.raises(RejectedError, match="is sent already"):
        warehouse.enter(sent["shipment_number"], pro_number="77123456")

    assert len(warehouse.written()) == 1


def test_a_replacement_says_so_and_has_its_own_document(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    leave(warehouse)
    (sent,) = warehouse.notices()
    warehouse.answer("accepted")

    warehouse.enter(sent["shipment_number"], delivery_on=date(2026, 12, 2), send_again=True)
    warehouse.tick()

    first, second = warehouse.written()
    assert [segment[1:3] for each in (first, second) for segment in each if segment[0] == "BSN"] == [
        ["00", sent["shipment_number"]], ["05", sent["shipment_number"]]]  # fmt: skip
    assert marks_of(first) == marks_of(second)


def test_a_notice_that_the_partner_refused_is_open_again_with_its_fields_named_and_is_an_original_again(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    leave(warehouse)
    (first,) = warehouse.written()
    starts = next(n for n, segment in enumerate(first) if segment[0] == "ST")
    place = next(n for n, segment in enumerate(first) if segment[0] == "TD5") - starts + 1
    warehouse.answer("rejected", [{"segment": "TD5", "position": place, "element": 3, "code": "7", "sentence": "No."}])

    warehouse.tick()
    (reopened,) = warehouse.notices()
    told = warehouse.exceptions()["incomplete_notice"].what_happened
    warehouse.enter(reopened["shipment_number"], scac="UPSS", send_again=True)
    warehouse.tick()

    assert reopened["state"] == "reopened"
    assert "names carrier" in told
    assert [segment[1] for segment in warehouse.written()[1] if segment[0] == "BSN"] == ["00"]
