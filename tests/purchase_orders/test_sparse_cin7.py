"""A Cin7 Core that tells the least it may: only the six calls without which no order can be placed."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.purchase_orders.trade import Line, order

STOCK = {"WIDGET": 8}


class SparseCin7(BaseHTTPRequestHandler):
    """Products without attribute sets or tiers, filters that are ignored, pages of HTML for everything else."""

    sales: dict[str, dict[str, Any]]

    def do_GET(self) -> None:
        path, query = self._asked()
        if path == "/product":
            product = {"ID": "P1", "SKU": "WIDGET", "Name": "A widget", "AdditionalAttribute1": "B00WIDGET1",
                       "Barcode": "036000291452", "PriceTier1": 5.0}  # fmt: skip
            self._answer({"Total": 1, "Page": 1, "Products": [product]})
        elif path == "/ref/productavailability":
            rows = [{"SKU": sku, "Location": "Main Warehouse", "Available": n} for sku, n in STOCK.items()]
            self._answer({"Total": 1, "Page": 1, "ProductAvailabilityList": rows})
        elif path == "/saleList":
            self._answer({"Total": len(self.sales), "Page": 1, "SaleList": [*map(_row, self.sales.values())]})
        elif path == "/sale":
            self._answer(self.sales[query["ID"].upper()])
        else:
            self._answer_page()

    def do_POST(self) -> None:
        path, _ = self._asked()
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if path == "/sale":
            sale = {
                "ID": str(uuid.uuid4()).upper(),
                "Status": "ESTIMATED",
                **body,
                "Order": {"Status": "NOT AVAILABLE"},
            }
            self.sales[sale["ID"]] = sale
            self._answer(sale)
        elif path == "/sale/order":
            sale = self.sales[body["SaleID"].upper()]
            sale["Status"] = "ORDERED"
            sale["Order"] = {**body, "SaleOrderNumber": f"SO-{len(self.sales)}"}
            self._answer(sale["Order"])
        else:
            self._answer_page()

    def _asked(self) -> tuple[str, dict[str, str]]:
        asked = urlsplit(self.path)
        return asked.path.removeprefix("/ExternalApi/v2"), dict(parse_qsl(asked.query))

    def _answer(self, content: Any) -> None:
        self._send(json.dumps(content).encode(), "application/json")

    def _answer_page(self) -> None:
        self._send(b"<html>Page not found</html>", "text/html")

    def _send(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """No noise."""


def _row(sale: dict[str, Any]) -> dict[str, Any]:
    kept = {name: sale.get(name) for name in ("Customer", "CustomerReference", "ExternalID", "Status")}
    return {"SaleID": sale["ID"], **kept, "OrderStatus": sale["Order"]["Status"], "Updated": "2026-01-01T00:00:00Z"}


@pytest.fixture
def sales() -> Iterator[tuple[str, dict[str, dict[str, Any]]]]:
    """The server's address and its sales."""
    handler = type("Handler", (SparseCin7,), {"sales": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/ExternalApi/v2", handler.sales
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("line", [Line("B00WIDGET1", 5), Line("036000291452", 5, qualifier="UP"),
                                  Line("WIDGET", 5, qualifier="VN")])  # fmt: skip
def test_an_order_is_placed_and_answered(trade, sales, line, monkeypatch):
    url, kept = sales
    monkeypatch.setattr(trade.cin7, "url", url)
    trade.set(guide="base")
    trade.drop(order("PO000001", [line]), order("PO000002", [Line("B00WIDGET1", 9)]))

    trade.tick()
    trade.tick("PO000002", answer_now=True)

    assert trade.faults == []
    assert trade.answer_to("PO000001").lines == {"1": (("IA", Decimal(5)),)}
    lines = {sale["CustomerReference"]: sale["Order"]["Lines"] for sale in kept.values()}
    assert [(each["SKU"], each["Quantity"]) for each in lines["PO000001"]] == [("WIDGET", 5)]
