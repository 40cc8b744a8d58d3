"""The ledger of what came in and what went out, byte for byte.

- receiving.py: mailbox to ledger: claim, store, remove, interpret, answer with a 997
- interpreting.py: one interchange of a stored file: whose it is, whether it was here before, what its documents are
- stored_file.py, inbound_exceptions.py: a file that waits, and what is wrong with something that came in
- acknowledgements.py: a partner's 997 or TA1 tied to what we sent
- sending.py: a document to be sent, written and checked by two validators before it is stored
- outbox.py: publishing what is stored
- inbound.py: stored documents as segments again, for the process that takes them up
"""
