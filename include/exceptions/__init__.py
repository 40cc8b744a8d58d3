"""The queue of what needs a person: one open entry for each thing that cannot proceed.

- kinds.py: what can go wrong, and whose work it is
- queue.py: open, update, resolve, list
"""
