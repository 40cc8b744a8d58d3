"""The Amazon at the other end of the mailbox: drops orders, answers 997s, checks our 855s and 997s, says its charges.

Modules: scenario (what it is to drop, from orders.json), reading and writing (X12, its own), mailbox (drop, take away,
remember over a restart), envelope_checks, answers (an 855 as read), answer_checks (held against the order), verdicts
(997s held against what was dropped), order_book (orders, their changes and answers), charges, counterpart (all of it
together), report, faults.
"""
