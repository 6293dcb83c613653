"""Runs processes: settings, logs, metrics, supervision, and the embedded Kafka and PostgreSQL."""
