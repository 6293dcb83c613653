"""Measures the register on a real Kafka beside its anchors, in one run, and writes down what came out."""
