"""Runs the processors on Kafka, each event exactly once."""
