"""A shipment from its packing to its notice (856).

- labels.py: what stands on the label of a carton or pallet
- label_layout.py, label_text.py: where it stands, and how words are made to fit
- label_pdf.py, label_zpl.py: the same label for an office printer and for a label printer
"""
