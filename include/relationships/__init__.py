"""The trading relationship: who trades with whom under which rules, as YAML checked by pydantic.

- model.py: every field of a relationship, with its default
- shipping.py, billing.py, inventory.py: its groups for notices, invoices and levels of stock
- address_book.py: the fulfilment centres
- desk.py: what every process works with on a relationship
- loading.py: folder to relationships, with every fault named by file and field
- strict_yaml.py: YAML that refuses a doubled key
- wording.py: faults in the operator's words
- __main__.py: checks a folder by hand
"""
