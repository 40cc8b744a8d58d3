"""What Amazon is told of stock: counted, leveled, compared with what it was told last, and explained.

- values.py: rows of stock, what is offered of them, and what Amazon was told
- counting.py: rows to what counts of each SKU at each location
- sellable.py: what one sale could have of a stock SKU and of those made of it
- claims.py: what our fresh sales and other relationships have of it
- keeping_back.py: less safety stock, the share of other channels, and what others have promised
- leveling.py: from stock to levels in Amazon's unit; no unit stands in two of them
- comparing.py: which levels are told anew, and which zeros are read again first
- zeros.py: which zeros are sent, held, or asked for
- reports.py: a full report or changes, in how many documents
- schedule.py: when a push is due
- drift.py: what Amazon believes beside what is so
- explaining.py: why a level is what it is
"""
