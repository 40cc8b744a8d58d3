"""X12, the standard alone: reads, checks, writes and acknowledges interchanges of any partner.

Modules: delimiters, findings, envelope (what a read yields), interchange_header, interchange_state and reading (bytes
to transaction sets); rules, guides, guide_files, element_checks, checking, hierarchy and recognising (what a set
must look like); numbers and control_numbers; writing; acknowledgement, acknowledging and
interchange_acknowledgement (997 and TA1); second_opinion (pyx12) and second_checks.
"""
