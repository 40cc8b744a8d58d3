"""Notices and invoices: how many a second, and what an invoice costs at Cin7."""
