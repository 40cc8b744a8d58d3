"""Amazon's dialect of EDI.

- orders.py, invoices.py: the values of an order, of its answer and of an invoice
- x12_810.py, x12_850.py, x12_855.py, x12_860.py: one module per transaction set
- invoice_rules.py: what an invoice must be before it leaves
- heading.py, parties.py, elements.py: what several sets share
- codes.py: code lists
- mailbox.py, directory_mailbox.py, sftp_mailbox.py, sftp_login.py: where files come from and go to
- guides/: what Amazon's sets must look like, as data for the X12 reader
"""
