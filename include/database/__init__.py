"""The product's own PostgreSQL.

- connection.py: one connection a task; what counts as a passing fault
- queries.py: named SQL beside the Python that calls it
- text.py: text from outside on its way in
- migrate.py, migrations/, versions/: the schema, as written SQL
- control_numbers.py: the numbers of outbound envelopes
- rate_limit.py: the calls that all processes share on one account
"""
