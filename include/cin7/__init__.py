"""Cin7 Core (REST API v2) as it behaves, not as one would wish.

- client.py: one call: its place in the account's budget, its answer judged
- values.py: what Cin7's JSON means; dictionaries stop here
- product_codes.py: an ASIN put on a product; patience.py: a reader that waits for the account's calls
- products.py, availability.py, sales.py, reference.py: the endpoints
"""
