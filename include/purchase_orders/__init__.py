"""A purchase order from its arrival to its acknowledgement: registered, planned, placed, answered, changed.

- values.py: an order and its lines as they are kept; the states they may be in
- line_checks.py: what stands between a line and its being placed
- registration.py, changes.py: documents to orders; what Amazon says anew of a known one
- ledger.py: what is asked of the inventory system
- stock.py, allocation.py, planning.py: who gets what there is, under a lock
- drafting.py, placing.py: planned sales to authorised ones, whatever is lost on the way
- sweeping.py: sales keyed or changed by hand, and doubles
- decisions.py, answering.py: what Amazon is told of each line, and when
- clocks.py, settling.py: deadlines, and nothing that stalls in silence
- orders.py, sales.py: the tables
"""
