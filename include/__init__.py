"""Vendorlane: Amazon Vendor Central carried into the inventory system and back. DESIGN: one package per business word or counterpart."""
