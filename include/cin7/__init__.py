"""Cin7 Core (REST API v2) as it behaves, not as one would wish.

- client.py: one call: its place in the account's budget, its answer judged
- values.py: what Cin7's JSON means; dictionaries stop here
- products.py, availability.py, sales.py, reference.py: the endpoints
"""
