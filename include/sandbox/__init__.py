"""A Cin7 Core and an Amazon to run against on one's own machine.

Modules: clock, cin7 (an HTTP server), amazon (the other end of the mailbox), scenarios (what both are told), judge.
Nothing here is shared with the clients and writers that it checks.
"""
