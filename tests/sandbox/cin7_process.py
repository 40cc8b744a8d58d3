"""A sandbox Cin7 Core as a process of its own, with a small company in it and its doors at hand."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import pydantic_core

from include.workstation import ports, processes, state

ACCOUNT, KEY = "sandbox-account", "sandbox-key"
START_SECONDS = 30.0
LOCATION, ELSEWHERE = "Main Warehouse", "Reno"

# Eaches, a product in two bins, a case SKU that is assembled from the mug, and one that is no longer sold.
COMPANY: Mapping[str, Any] = {
    "customers": [{"Name": "Amazon Vendor US", "Currency": "USD", "TaxRule": "Tax Exempt", "PriceTier": "Amazon"}],
    "locations": [{"Name": LOCATION, "Bins": ["A-01", "A-02"]}, ELSEWHERE],
    "tax_rules": [
        {"Name": "Tax Exempt", "TaxPercent": 0, "IsActive": True},
        {"Name": "Tax Exempt (old)", "TaxPercent": 5, "IsActive": False},
        {"Name": "VAT", "TaxPercent": 20, "IsActive": True},
    ],
    "payment_terms": [{"Name": "Net 60"}],
    "contacts": ["Vendor Desk"],
    "attribute_sets": [{"Name": "Amazon", "attributes": ["Colour", "ASIN"]}],
    "products": [
        {
            "SKU": "MUG",
            "Name": "A mug",
            "AttributeSet": "Amazon",
            "AdditionalAttribute1": "blue",
            "AdditionalAttribute2": " b000000mug ",
            "Barcode": "036000291452",
            "CartonQuantity": 12,
            "PriceTiers": {"Amazon": 4.25},
        },
        {"SKU": "PLATE", "Name": "A plate", "PriceTiers": {"Amazon": 10.0001}},
        {"SKU": "BOWL", "Name": "A bowl", "PriceTiers": {"Amazon": 3}},
        {
            "SKU": "MUG-CASE",
            "Name": "A case of mugs",
            "BillOfMaterial": True,
            "AutoAssembly": True,
            "BillOfMaterialsProducts": [{"ProductCode": "MUG", "Quantity": 12}],
            "PriceTiers": {"Amazon": 51},
        },
        {"SKU": "JUG", "Name": "An old jug", "Status": "Deprecated"},
    ],
    "stock": [
        {"sku": "MUG", "location": LOCATION, "on_hand": 100},
        {"sku": "PLATE", "location": LOCATION, "bin": "A-01", "on_hand": 4},
        {"sku": "PLATE", "location": LOCATION, "bin": "A-02", "on_hand": 3},
        {"sku": "PLATE", "location": ELSEWHERE, "on_hand": 50},
    ],
    "behaviour": {"limit_calls": 10_000},
}


class Cin7Process:
    """One server. `behave`, `post` and `get` are its doors under /_sandbox."""

    def __init__(self, folder: Path, company: Mapping[str, Any] = COMPANY) -> None:
        self._folder = folder
        self._port = ports.free_port()
        (folder / "catalogue.json").write_bytes(pydantic_core.to_json(company))
        self.root = f"http://{ports.LOOPBACK}:{self._port}"
        self.url = f"{self.root}/ExternalApi/v2"
        self._doors = httpx2.Client(base_url=f"{self.root}/_sandbox", trust_env=False, timeout=30)
        self.process = self.start()

    def start(self) -> processes.Process:
        """Start it, or start it again on the state that it left; waits until it answers."""
        words = ["--port", self._port, "--data", self._folder / "catalogue.json", "--state", self._folder / "state"]
        command = [sys.executable, "-m", "include.sandbox.cin7", *map(str, words)]
        log = self._folder / "log"
        self.process = processes.spawn("cin7", command, environment=os.environ, log=log, folder=state.ROOT)
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                self.get("health")
                return self.process
            except httpx2.TransportError:
                assert processes.is_alive(self.process), log.read_text()
                assert time.monotonic() < until, log.read_text()
                time.sleep(0.02)

    def stop(self) -> None:
        """End it politely; it saves its state."""
        processes.stop([self.process])

    def kill(self) -> None:
        """End it at once."""
        processes.kill(self.process)

    def become(self, company: Mapping[str, Any]) -> None:
        """Begin anew, as another company."""
        self.post("reset", company)

    def behave(self, **switches: Any) -> None:
        """Switch oddities on or off."""
        self.post("behaviour", switches)

    def post(self, door: str, body: Mapping[str, Any]) -> Any:
        """Do something from behind."""
        answer = self._doors.post(f"/{door}", content=pydantic_core.to_json(body))
        return answer.raise_for_status().json()

    def get(self, door: str) -> Any:
        """Look at something from behind."""
        return self._doors.get(f"/{door}").raise_for_status().json()

    def ask(self, method: str, path: str, **words: Any) -> httpx2.Response:
        """A call of the API as anybody may make it, with the right credentials unless others are given."""
        headers = {"api-auth-accountid": ACCOUNT, "api-auth-applicationkey": KEY} | words.pop("headers", {})
        return httpx2.request(method, self.url + path, headers=headers, trust_env=False, **words)

    def close(self) -> None:
        """End it and let go of the connections."""
        self._doors.close()
        self.stop()
