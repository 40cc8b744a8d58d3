"""Cin7 Core (REST API v2) as it behaves, not as one would wish.

- client.py: one call: its place in the account's budget, its answer judged
- values.py: what Cin7's JSON means; dictionaries stop here
- product_codes.py: an ASIN put on a product; patience.py: a reader that waits for the account's calls
- paging.py: lists page by page; page_borders.py: what may have slipped between two pages
- products.py, availability.py (with stock_rows.py), sales.py, reference.py: the endpoints
"""
