"""The trading relationship: who trades with whom under which rules, as YAML checked by pydantic.

- model.py: every field of a relationship, with its default
- catalogue.py, billing.py, shipping.py: parts of it
- address_book.py: the fulfilment centres
- loading.py: folder to relationships, with every fault named by file and field
- strict_yaml.py: YAML that refuses a doubled key
- wording.py: faults in the operator's words
- __main__.py: checks a folder by hand
"""
