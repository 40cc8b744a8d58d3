"""A Cin7 Core: an HTTP server that behaves as the real one does, its oddities included.

Modules: behaviour (what goes wrong, as set), tenant (reference books and products), stock, sale (values and their
JSON), sale_book (what may be done to a sale), order_lines (the checks of POST /sale/order), availability (readings),
listing (filters and pages), calls (the limit and the record), events, world (all of it together), api (the answers),
admin (/_sandbox), server (HTTP), saving (the state file and its journal).
"""
