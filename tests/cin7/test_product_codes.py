"""An ASIN is put on a product so that it stays there, and nothing else of the product is changed by it."""

from __future__ import annotations

import pytest

from include.cin7.product_codes import write_code
from include.errors import RejectedError, UncertainOutcome

CODE = "B00000PLAT"


@pytest.fixture
def plate(cin7):
    """The plate as Cin7 has it, with its attribute set."""
    cin7.post("products", {"products": [{"SKU": "PLATE", "AttributeSet": "Amazon", "Barcode": "4006381333931",
                                         "Tags": "core", "AdditionalAttribute1": "white"}]})  # fmt: skip
    return shown(cin7, "PLATE")


def shown(cin7, sku):
    rows = cin7.ask("GET", f"/product?Sku={sku}&IncludeDeprecated=true&IncludeBOM=true").json()["Products"]
    (row,) = [each for each in rows if each["SKU"] == sku]
    return row


def write(client, row, code=CODE):
    write_code(client, row["ID"], row["SKU"], code, attribute="asin")


def puts(cin7):
    return [each for each in cin7.get("log")["log"] if each["method"] == "PUT"]


def test_the_code_stands_in_its_slot_and_all_else_stays(cin7, client, plate):
    write(client, plate)

    after = shown(cin7, "PLATE")
    changed = {name for name in plate if plate[name] != after[name]}
    assert after["AdditionalAttribute2"] == CODE
    assert changed == {"AdditionalAttribute2", "LastModifiedOn"}


def test_nothing_is_lost_where_a_put_clears_what_it_leaves_out(cin7, client, plate):
    cin7.behave(product_put_clears=True)

    write(client, plate)

    after = shown(cin7, "PLATE")
    assert [after[name] for name in ("Barcode", "Tags", "AdditionalAttribute1", "AdditionalAttribute2")] == [
        "4006381333931", "core", "white", CODE]  # fmt: skip


def test_a_case_keeps_what_it_is_made_of(cin7, client):
    cin7.behave(product_put_clears=True)
    case = shown(cin7, "MUG-CASE")

    write(client, case)

    after = shown(cin7, "MUG-CASE")
    assert [(each["ProductCode"], each["Quantity"]) for each in after["BillOfMaterialsProducts"]] == [("MUG", 12)]
    assert after["AutoAssembly"] is True


def test_a_product_without_a_set_gets_the_only_one_that_has_the_attribute(cin7, client):
    write(client, shown(cin7, "BOWL"))

    after = shown(cin7, "BOWL")
    assert (after["AttributeSet"], after["AdditionalAttribute2"]) == ("Amazon", CODE)


def test_a_code_that_stands_there_already_is_not_written_again(cin7, client):
    write(client, shown(cin7, "MUG"), "B000000MUG")

    assert puts(cin7) == []


def test_another_code_is_never_written_over(cin7, client):
    with pytest.raises(RejectedError, match="has b000000mug as its asin already"):
        write(client, shown(cin7, "MUG"))

    assert puts(cin7) == []


def test_a_code_that_cin7_drops_in_silence_is_told(cin7, client, plate):
    cin7.behave(attributes_dropped=True)

    with pytest.raises(RejectedError, match="did not keep it"):
        write(client, plate)


def test_a_lost_answer_is_looked_up(cin7, client, plate):
    cin7.behave(drop_answer_next=["PUT /product"])

    write(client, plate)

    assert shown(cin7, "PLATE")["AdditionalAttribute2"] == CODE
    assert len(puts(cin7)) == 1


def test_a_call_that_is_lost_and_did_nothing_is_left_to_the_next_attempt(cin7, client, plate):
    cin7.behave(drop_answer_next=["PUT /product"], attributes_dropped=True)

    with pytest.raises(UncertainOutcome):
        write(client, plate)


def test_a_product_that_is_gone_is_told(client):
    with pytest.raises(RejectedError, match="no product GONE"):
        write_code(client, "00000000-0000-0000-0000-000000000000", "GONE", CODE, attribute="ASIN")


def test_a_set_without_the_attribute_has_no_place_for_it(cin7, client, plate):
    with pytest.raises(RejectedError, match="no place for Amazon code"):
        write_code(client, plate["ID"], "PLATE", CODE, attribute="Amazon code")


@pytest.mark.parametrize("left_out", ["SKU", "AttributeSet"])
def test_the_sandbox_drops_an_attribute_that_comes_without_its_set(cin7, plate, left_out):
    body = {"ID": plate["ID"], "SKU": "PLATE", "AttributeSet": "Amazon", "AdditionalAttribute2": CODE}
    del body[left_out]

    answer = cin7.ask("PUT", "/product", json=body)

    assert answer.status_code == 200
    assert shown(cin7, "PLATE")["AdditionalAttribute2"] == ""


def test_the_sandbox_refuses_a_product_and_a_set_that_it_does_not_know(cin7, plate):
    assert cin7.ask("PUT", "/product", json={"ID": "4711"}).status_code == 404
    assert cin7.ask("PUT", "/product", json={"ID": plate["ID"], "AttributeSet": "None such"}).status_code == 400
