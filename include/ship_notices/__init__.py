"""Shipping notices: what was packed, staged until it is shipped and complete, and sent as it was packed."""
