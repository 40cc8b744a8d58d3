"""The engine bench: reading, checking and answering 850 files, beside pyx12 with a map and Bots' core on the same file.

`python -m benchmarks.engine` prints a table and ends with one JSON object. Modules: orders (makes the files), cases
(the 25 small right and wrong documents), ours, pyx12_peer and bots_peer (one measurement each, in a process of its own)
and bots_grammar.
"""
