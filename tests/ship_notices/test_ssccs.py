"""Which SSCC a carton carries: its box's own where it is one, and none twice within a year."""

from __future__ import annotations

from include.identifiers import as_sscc
from tests.ship_notices.warehouse import BOX_SSCC, Line, leave, marks_of, packed, ship, shipped


def test_a_box_of_two_hundred_signs_gets_an_sscc_of_ours(warehouse):
    box = "Pick face 7, please handle with care, " * 5 + BOX_SSCC[:10]
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6, box[:200]))

    warehouse.tick()
    leave(warehouse)

    (notice,) = warehouse.written()
    assert len(marks_of(notice)) == 1 and as_sscc(marks_of(notice)[0])


def test_a_box_whose_check_digit_is_wrong_gets_an_sscc_of_ours(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6, BOX_SSCC[:-1] + "9"))

    warehouse.tick()
    leave(warehouse)

    (notice,) = warehouse.written()
    assert marks_of(notice) != [BOX_SSCC[:-1] + "9"]


def test_an_sscc_that_was_used_within_the_year_holds_the_notice(warehouse):
    first = warehouse.order("4AAAAAAA", Line("MUG", 6))
    ship(warehouse, first, packed("MUG", 6, BOX_SSCC))
    warehouse.tick()
    leave(warehouse)
    second = warehouse.order("4BBBBBBB", Line("MUG", 6))
    ship(warehouse, second, packed("MUG", 6, BOX_SSCC))

    warehouse.tick()
    leave(warehouse)

    assert len(warehouse.written()) == 1
    assert "SSCC" in warehouse.exceptions()["incomplete_notice"].what_happened


def test_an_sscc_may_be_used_again_after_a_year(warehouse):
    first = warehouse.order("4AAAAAAA", Line("MUG", 6))
    ship(warehouse, first, packed("MUG", 6, BOX_SSCC))
    warehouse.tick()
    leave(warehouse)
    warehouse.pass_time(days=366)
    second = warehouse.order("4BBBBBBB", Line("MUG", 6))
    ship(warehouse, second, packed("MUG", 6, BOX_SSCC), boxes=[shipped(BOX_SSCC, day=warehouse.now.date())])

    warehouse.tick()
    leave(warehouse)

    assert [marks_of(each) for each in warehouse.written()] == [[BOX_SSCC], [BOX_SSCC]]
