"""Shipping notices: what was packed, staged until it is shipped and complete, and sent as it was packed (856).

- ledger.py, finding.py: what the inventory system is asked, and which of our sales changed there
- taking_in.py: what a sale's fulfilments say, taken over
- cartons.py, trucks.py, undoing.py: what is packed, what is on its way, and what is neither any more
- shipments.py, erp_invoices.py: a sale in work, and the inventory system's invoices of it
- staging.py, completing.py: what can be filled in, and what a person enters
- unmerging.py, building.py: packed SKUs as items of order lines, and the notice that they make
- sending.py, telling.py: the rules, the document, and what stands in its way
- replacing.py: what the partner has of a notice that is to be sent again
- watching.py: late, refused and not shipped
- labels.py, label_layout.py, label_text.py, label_pdf.py, label_zpl.py: the labels of cartons and pallets
- values.py, store.py, desk.py: the staged shipment, its tables, and what every step works with
"""
