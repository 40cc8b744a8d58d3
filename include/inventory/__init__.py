"""What Amazon is told of stock: counted and leveled.

- values.py: rows of stock, what is offered of them, and what Amazon was told
- counting.py: rows to what counts of each SKU at each location
- sellable.py: what one sale could have of a stock SKU and of those made of it
- keeping_back.py: less safety stock, the share of other channels, and what others have promised
- leveling.py: from stock to levels in Amazon's unit; no unit stands in two of them
"""
