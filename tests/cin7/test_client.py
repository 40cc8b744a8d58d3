"""One call: what each answer of Cin7 means, and what is done about it."""

from __future__ import annotations

import json
import threading
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.cin7.client import DEFAULT_HOLD, LONGEST_HOLD, UnusableAnswer, _as_number
from include.errors import ConfigurationError, RejectedError, TransientError, UncertainOutcome
from include.workstation import ports
from tests.cin7.odd_server import Reply

LIMIT = '[{"ErrorCode":400,"Exception":"You have reached 60 calls per 60 seconds API limit."}]'
PAGE = "<!DOCTYPE html><title>Page not found</title>"
WRITES = ["post", "put", "delete"]


def test_every_call_takes_a_slot_in_its_lane(client, limiter):
    client.get("/me")
    client.get("/me")

    assert limiter.lanes == ["acknowledgement", "acknowledgement"]


@pytest.mark.parametrize(("switches", "hold"), [
    ({"limit_answer": 429, "retry_after_text": "17 Seconds"}, 17),
    ({"limit_answer": 429, "retry_after_text": "30"}, 30),
    ({"limit_answer": 429, "retry_after_text": ""}, DEFAULT_HOLD),
    ({"limit_answer": 503}, DEFAULT_HOLD),
    ({"limit_answer": 400}, DEFAULT_HOLD),
])  # fmt: skip
def test_the_limit_in_each_of_its_shapes_makes_everybody_back_off(cin7, client, limiter, switches, hold):
    cin7.behave(limit_calls=0, **switches)

    with pytest.raises(TransientError) as fault:
        client.get("/me")

    assert limiter.holds == [hold]
    assert fault.value.retry_after == hold
    assert len(limiter.lanes) == 1


@pytest.mark.parametrize("write", WRITES)
def test_a_write_over_the_limit_was_not_done_and_is_not_uncertain(cin7, client, write):
    cin7.behave(limit_calls=0, limit_answer=503)

    with pytest.raises(TransientError, match="limit"):
        getattr(client, write)("/sale", {})


@pytest.mark.parametrize(("status", "body"), [
    (200, LIMIT),
    (200, LIMIT.strip("[]")),
    (400, '"You reached 60 calls per minute API limit"'),
    (400, "You reached 60 calls per minute API limit"),
    (403, LIMIT),
    (500, LIMIT),
])  # fmt: skip
def test_the_limits_text_counts_whatever_carries_it(odd, odd_client, limiter, status, body):
    odd.always(status, body)

    with pytest.raises(TransientError, match="limit"):
        odd_client.post("/sale", {})

    assert limiter.holds == [DEFAULT_HOLD]


def test_the_limits_text_in_a_good_answer_is_no_refusal(odd, odd_client, limiter):
    odd.always(body='{"ID": "1", "Note": "You have reached 60 calls per 60 seconds API limit."}')

    told = odd_client.post("/sale", {})

    assert told["ID"] == "1"
    assert limiter.holds == []


@pytest.mark.parametrize("told", ["86400", "99999999 Seconds"])
def test_a_senseless_retry_after_does_not_hold_the_account_for_long(odd, odd_client, limiter, told):
    odd.always(429, "", Retry_After=told)

    with pytest.raises(TransientError):
        odd_client.get("/me")

    assert limiter.holds == [LONGEST_HOLD]


def test_a_retry_after_that_is_a_date_is_not_read_as_one_long_number(odd, odd_client, limiter):
    odd.always(429, "", Retry_After="Wed, 21 Oct 2026 07:28:00 GMT")

    with pytest.raises(TransientError):
        odd_client.get("/me")

    assert limiter.holds[0] <= LONGEST_HOLD


def test_a_path_that_does_not_exist_is_a_page_with_status_200_and_no_answer(client):
    with pytest.raises(UnusableAnswer, match="no JSON object"):
        client.get("/sale/document")


@pytest.mark.parametrize("body", [PAGE, "", "null", "[]", "[1]", '"done"', "17", "{", "[" * 100_000])
def test_an_answer_that_is_no_object_is_never_taken_for_one(odd, odd_client, body):
    odd.always(body=body)

    with pytest.raises(UncertainOutcome):
        odd_client.post("/sale", {})


def test_a_redirect_is_not_followed(odd, odd_client):
    odd.always(302, PAGE, Location=odd.url + "/login")

    with pytest.raises(UnusableAnswer):
        odd_client.get("/sale")

    assert {asked.path for asked in odd.asked} == {"/ExternalApi/v2/sale"}


@pytest.mark.parametrize("status", [200, 400, 404, 405])
@pytest.mark.parametrize("is_array", [True, False])
def test_errors_are_told_in_cin7s_words_whatever_their_shape(odd, odd_client, status, is_array):
    errors = [{"ErrorCode": 400, "Exception": "Please specify CurrencyRate"}]
    odd.always(status, json.dumps(errors if is_array else errors[0]))

    with pytest.raises(RejectedError, match="Please specify CurrencyRate") as fault:
        odd_client.post("/sale", {})

    assert fault.value.reasons == ("Please specify CurrencyRate",)


def test_all_errors_of_an_array_are_told(odd, odd_client):
    odd.always(400, '[{"ErrorCode":400,"Exception":"One"},{"ErrorCode":"x","Exception":null}]')

    with pytest.raises(RejectedError) as fault:
        odd_client.post("/sale", {})

    assert fault.value.reasons == ("One", "error 400")


def test_an_unexpected_error_in_a_status_200_leaves_a_write_in_doubt(cin7, client):
    cin7.behave(error_in_200_every=1)

    with pytest.raises(UncertainOutcome):
        client.post("/sale", {})


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_server_fault_leaves_a_write_in_doubt_and_a_read_to_be_made_again(odd, odd_client, status):
    odd.always(status, '[{"ErrorCode":500,"Exception":"Object reference not set"}]')

    with pytest.raises(UncertainOutcome):
        odd_client.post("/sale", {})
    with pytest.raises(TransientError):
        odd_client.get("/sale")


def test_wrong_credentials_are_for_the_operator(cin7, connect):
    with pytest.raises(ConfigurationError, match="login and password"):
        connect(cin7.url, key="wrong").get("/me")


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/v2", "nonsense"])
def test_a_senseless_address_is_for_the_operator(connect, url):
    with pytest.raises(ConfigurationError):
        connect(url).post("/sale", {})


def test_a_wrong_verb_is_refused(client):
    with pytest.raises(RejectedError, match="does not support"):
        client.post("/me", {})


def test_nothing_was_done_where_the_connection_was_refused(connect):
    nobody = connect(f"http://127.0.0.1:{ports.free_port()}/v2")

    with pytest.raises(TransientError, match="cannot be reached"):
        nobody.post("/sale", {})


@pytest.mark.parametrize("write", WRITES)
def test_a_write_whose_answer_is_lost_is_uncertain_and_not_sent_again(odd, odd_client, write):
    odd.answer = lambda _: None

    with pytest.raises(UncertainOutcome):
        getattr(odd_client, write)("/sale", {})

    assert len(odd.asked) == 1


def test_a_write_whose_answer_breaks_off_is_uncertain(odd, odd_client):
    odd.answer = lambda _: Reply(body='{"ID": "1", "Status": "ESTIMATED"}', cut=10)

    with pytest.raises(UncertainOutcome):
        odd_client.post("/sale", {})


def test_a_write_whose_answer_cannot_be_unpacked_is_uncertain(odd, odd_client):
    odd.always(body="no gzip", Content_Encoding="gzip")

    with pytest.raises(UncertainOutcome):
        odd_client.post("/sale", {})


def test_a_read_is_made_again_at_once_and_each_time_counts_as_a_call(odd, odd_client, limiter):
    odd.in_turn(None, Reply(body=PAGE), Reply(body='{"Company": "Goods"}'))

    told = odd_client.get("/me")

    assert told == {"Company": "Goods"}
    assert len(odd.asked) == len(limiter.lanes) == 3


def test_a_read_is_given_up_after_three_times(odd, odd_client):
    odd.answer = lambda _: None

    with pytest.raises(TransientError):
        odd_client.get("/me")

    assert len(odd.asked) == 3


@pytest.mark.parametrize(("call", "fault"), [("get", TransientError), ("post", UncertainOutcome)])
def test_a_slow_answer_is_not_waited_for_and_not_asked_for_again_at_once(odd, connect, call, fault):
    never = threading.Event()
    odd.answer = lambda _: never.wait(20) and None
    slow = connect(odd.url, timeout=0.2)

    with pytest.raises(fault, match="ReadTimeout"):
        getattr(slow, call)("/sale", {})

    never.set()
    assert len(odd.asked) == 1


def test_an_outage_is_a_fault_that_passes(cin7, client):
    cin7.behave(down=True)
    with pytest.raises(TransientError):
        client.get("/me")

    cin7.behave(down=False)

    assert client.get("/me")["Company"]


def test_numbers_arrive_as_exact_decimals(odd, odd_client):
    odd.always(body='{"Price": 0.1, "Total": 1234567890.1235, "Tax": 1e-4, "Quantity": 3.0}')

    told = odd_client.get("/sale")

    assert told["Price"] == Decimal("0.1")
    assert told["Total"] == Decimal("1234567890.1235")
    assert told["Tax"] == Decimal("0.0001")
    assert told["Quantity"] == 3


@given(st.decimals(min_value=0, max_value=Decimal("99999999999.9999"), places=4))
def test_a_number_of_four_decimals_is_sent_exactly(number):
    sent = json.dumps({"Price": number}, default=_as_number)

    assert json.loads(sent, parse_float=Decimal)["Price"] == number


def test_a_number_that_would_arrive_as_another_is_not_sent(odd, odd_client):
    with pytest.raises(ValueError, match="more digits"):
        odd_client.post("/sale/order", {"Price": Decimal(1) / 3})

    assert odd.asked == []
