"""Amazon's dialect of EDI.

- orders.py: the values of an order and of its answer
- x12_850.py, x12_855.py, x12_860.py: one module per transaction set
- heading.py, elements.py: what the 850 and the 860 share
- codes.py: code lists
- mailbox.py, directory_mailbox.py, sftp_mailbox.py, sftp_login.py: where files come from and go to
- guides/: what Amazon's sets must look like, as data for the X12 reader
"""
