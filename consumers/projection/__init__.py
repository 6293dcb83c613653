"""The register in PostgreSQL: copied from the topics exactly once, for searches and counts.

Rows and their offsets are committed in one transaction, so Kafka's help is not needed.
"""
