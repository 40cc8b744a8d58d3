"""From Amazon's identifiers and units to products of the inventory system, and back.

- products.py: the product master as last read
- matching.py: which product an order line means
- units.py: quantities exact or refused, prices by the set rounding rule
"""
