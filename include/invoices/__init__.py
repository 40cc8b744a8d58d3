"""Invoices: what was notified, billed as it was acknowledged, and sent where order, notice and invoice agree (810).

- opening.py: which invoices are owed, by the relationship's scope
- ledger.py, third_side.py, making.py: the inventory system's own invoices, found or made
- pricing.py, building.py: what was notified, as the values of an 810
- matching.py, examining.py, agreeing.py: the three-way match, its value, and what becomes of it
- sending.py, telling.py: the rules, the number, the document, and what stands in its way
- completing.py, watching.py: what a person decides; refused, undone and standing still
- values.py, store.py, desk.py: the invoice as it is kept, its tables, and what every step works with
"""
