"""From Amazon's identifiers and units to products of the inventory system, and back.

- products.py: the product master as last read
- product_rows.py: products on their way into the database
- product_index.py: what is known of the products that a batch of lines may mean
- item_keys.py: one spelling for each identifier
- links.py: which product a person said an identifier means, and whether Amazon lists it
- entering.py: what a person enters about listings
- listings.py: listings follow the products
- listing.py: what Amazon is told stock of
- matching.py: which product an order line means
- pack_sizes.py: how many eaches a product and Amazon's case hold
- readiness.py: what a listed product lacks that an order will need
- examining.py: all of them examined, and merchandising told
- writing.py: ASINs put on products of the inventory system
- units.py: quantities exact or refused, prices by the set rounding rule
- ratios.py: a third kept in a decimal column, and got back exactly
"""
