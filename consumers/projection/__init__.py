"""The register in PostgreSQL: read from the topics exactly once, searched and counted by everything that people see.

Rows and their offsets are committed in one transaction, so Kafka's help is not needed.
"""
