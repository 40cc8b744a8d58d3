"""Invoices: what was notified, billed as it was acknowledged, and sent where order, notice and invoice agree.

values, ledger (what is asked of the inventory system), store, building, matching (the three-way match), erp_invoices
(made there where the relationship says so), sending.
"""
