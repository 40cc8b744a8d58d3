"""Labels are there when cartons are packed, carry the notice's SSCCs, and follow what is packed anew."""

from __future__ import annotations

from tests.ship_notices.warehouse import Line, fulfilment, marks_of, packed, shipped


def sheet(warehouse):
    (row,) = warehouse.rows("SELECT * FROM label_sheet JOIN ship_notice USING (notice_id) WHERE state <> 'withdrawn'")
    return row


def test_labels_are_ready_when_cartons_are_packed_and_say_what_the_notice_will(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 12), Line("BOWL", 3))
    lines = [packed("MUG", 12), packed("BOWL", 3, "Box 2")]
    warehouse.say(sale, fulfilment(1, lines))
    warehouse.tick()
    before = sheet(warehouse)

    warehouse.pass_time(minutes=1)
    warehouse.say(sale, fulfilment(1, lines, boxes=[shipped("Box 1"), shipped("Box 2")]))
    warehouse.tick()
    warehouse.pass_time(minutes=10)
    warehouse.tick()

    (notice,) = warehouse.written()
    assert (before["labels"], bytes(before["pdf"])[:5]) == (2, b"%PDF-")
    assert all(mark in before["zpl"] for mark in marks_of(notice))


def test_a_sheet_is_made_anew_only_when_it_says_something_else(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 12))
    warehouse.say(sale, fulfilment(1, [packed("MUG", 12)]))
    warehouse.tick()
    first = sheet(warehouse)
    warehouse.pass_time(minutes=10)
    warehouse.tick()
    same = sheet(warehouse)
    warehouse.say(sale, fulfilment(1, [packed("MUG", 11)]))

    warehouse.tick()

    assert same["made_at"] == first["made_at"]
    assert sheet(warehouse)["made_at"] > first["made_at"]


def test_a_spooler_finds_the_sheets_in_the_set_folder(begin, tmp_path):
    warehouse = begin(notices={"label_folder": str(tmp_path)})
    sale = warehouse.order("4AB7XY2P", Line("MUG", 12))
    warehouse.say(sale, fulfilment(1, [packed("MUG", 12)]))

    warehouse.tick()

    (notice,) = warehouse.notices()
    number = notice["shipment_number"]
    assert {each.name for each in tmp_path.iterdir()} == {f"{number}.pdf", f"{number}.zpl"}
