"""Amazon's dialect of EDI.

- orders.py: the values of an order and of its answer
- notices.py: the values of a ship notice; notice_rules.py: what it must fulfil, by notice_checks.py, packing_checks.py
- x12_850.py, x12_855.py, x12_856.py, x12_860.py: one module per transaction set
- heading.py, elements.py: what the 850 and the 860 share; hierarchy.py: the HL loops of the 856
- codes.py: code lists
- mailbox.py, directory_mailbox.py, sftp_mailbox.py, sftp_login.py: where files come from and go to
- guides/: what Amazon's sets must look like, as data for the X12 reader
"""
