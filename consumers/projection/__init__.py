"""The register in PostgreSQL: read from the topics exactly once, searched and counted by everything that people see.

Rows and the offsets that they come from are committed in one transaction, so Kafka's help is not needed for it.
"""
