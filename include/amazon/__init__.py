"""Amazon's dialect of EDI.

- orders.py, notices.py, invoices.py, stock_reports.py: the values of an order and its answer, of a ship notice, of an
  invoice and of a stock report
- notice_rules.py, by notice_checks.py and packing_checks.py: what a notice must fulfil; invoice_rules.py: an invoice;
  stock_report_rules.py: a stock report
- x12_810.py, x12_846.py, x12_850.py, x12_855.py, x12_856.py, x12_860.py: one module per transaction set
- heading.py, parties.py, elements.py: what several sets share; hierarchy.py: the HL loops of the 856
- codes.py: code lists
- mailbox.py, directory_mailbox.py, sftp_mailbox.py, sftp_login.py: where files come from and go to
- guides/: what Amazon's sets must look like, as data for the X12 reader
"""
